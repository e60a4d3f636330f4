package io.nefele.hierarchy;

import io.nefele.core.Durations;
import java.time.Duration;
import java.time.Instant;

/**
 * How often an agent enters groups of one level on its own initiative: a few times at once, as a
 * fabric that forms needs it, and then at a steady rate, so that a link that flaps does not make it
 * come and go all the time (the generic cell rate algorithm, ITU-T I.371).
 */
final class Pace {
  private static final int BURST = 10;
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration TOLERANCE = Durations.multiply(INTERVAL, BURST - 1);

  private Instant theoreticalArrival = Instant.MIN;

  /** A group was entered, of its own accord or not. */
  void entered(Instant now) {
    Instant from = theoreticalArrival.isAfter(now) ? theoreticalArrival : now;
    Instant latest = now.plus(TOLERANCE).plus(INTERVAL);
    Instant next = from.plus(INTERVAL);
    theoreticalArrival = next.isAfter(latest) ? latest : next;
  }

  /** How long to wait before the next group may be entered; zero if not at all. */
  Duration delay(Instant now) {
    if (theoreticalArrival.equals(Instant.MIN)) {
      return Duration.ZERO;
    }
    Duration left = Duration.between(now, theoreticalArrival.minus(TOLERANCE));
    return left.isNegative() ? Duration.ZERO : left;
  }
}
