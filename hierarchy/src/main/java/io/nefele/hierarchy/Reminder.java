package io.nefele.hierarchy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** When a level is looked at again: the earliest of the times that were wished for. */
final class Reminder {
  private final HierarchyTimer timer;
  private final Surroundings around;
  private Optional<Instant> at = Optional.empty();

  Reminder(int level, Surroundings around) {
    this.timer = new HierarchyTimer.Consider(level);
    this.around = around;
  }

  void within(Duration delay) {
    Instant now = around.outbox.now();
    Instant wished = now.plus(delay);
    if (at.isEmpty() || at.get().isAfter(wished) || at.get().isBefore(now)) {
      at = Optional.of(wished);
      around.outbox.set(timer, delay);
    }
  }

  /** Between the whole and the double of {@code least}, so that not all do it at once. */
  void withinAbout(Duration least) {
    within(least.plusNanos((long) (around.random.nextDouble() * least.toNanos())));
  }

  /** Whether it is too soon to enter another group; if so, wishes for when it is not. */
  boolean hasToWait(Pace pace) {
    Duration delay = pace.delay(around.outbox.now());
    if (delay.isPositive()) {
      within(delay);
    }
    return delay.isPositive();
  }

  void fired() {
    at = Optional.empty();
  }

  void cancel() {
    around.outbox.cancel(timer);
  }
}
