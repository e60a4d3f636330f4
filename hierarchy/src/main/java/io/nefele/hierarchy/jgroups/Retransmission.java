package io.nefele.hierarchy.jgroups;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jgroups.util.TimeScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Looks what has to be sent again, or acknowledged, only as long as messages are under way. JGroups
 * looks twice a second in each protocol of each channel for ever, which is a good part of what an
 * agent at rest costs. Thread-safe.
 */
final class Retransmission {
  /** Connections on which nothing came for ten seconds or more are to be closed at some time. */
  private static final long SWEEP_MILLIS = 30_000;

  private final Supplier<TimeScheduler> timer;
  private final Runnable look;
  private final BooleanSupplier underWay;
  private final AtomicBoolean armed = new AtomicBoolean();
  private long intervalMillis;
  private @Nullable Future<?> sweep;
  private volatile boolean running;

  /**
   * @param look looks through everything once
   * @param underWay whether something is not acknowledged, or missing
   */
  Retransmission(Supplier<TimeScheduler> timer, Runnable look, BooleanSupplier underWay) {
    this.timer = timer;
    this.look = look;
    this.underWay = underWay;
  }

  synchronized void start(long everyMillis) {
    if (!running) {
      intervalMillis = everyMillis;
      sweep =
          timer
              .get()
              .scheduleWithFixedDelay(look, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
      running = true;
      stir();
    }
  }

  synchronized void stop() {
    running = false;
    if (sweep != null) {
      sweep.cancel(false);
      sweep = null;
    }
  }

  boolean isRunning() {
    return running;
  }

  /** A message came or goes. */
  void stir() {
    // Most of the time somebody else has done it.
    if (running && !armed.get() && armed.compareAndSet(false, true)) {
      schedule();
    }
  }

  private void schedule() {
    timer.get().schedule(this::run, intervalMillis, TimeUnit.MILLISECONDS);
  }

  private void run() {
    // Before the look: what comes after it is looked at next time.
    armed.set(false);
    if (running) {
      look.run();
      if (underWay.getAsBoolean()) {
        stir();
      }
    }
  }
}
