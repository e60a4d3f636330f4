package io.nefele.bench.convergence;

import io.nefele.bench.convergence.Finding.Phase;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Takes the time of the phases of a trial. What members know is polled, alike for all systems.
 *
 * @param deadline of each phase
 */
record Phases(Contestant contestant, Duration deadline, Consumer<Finding> found) {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** Starts all members. */
  interface Start {
    void run() throws Exception;
  }

  /** How much of a phase has been reached, 0 to 1. */
  interface Share {
    double now() throws Exception;
  }

  /** Whether all members have started before the deadline; {@code begin} is when they were to. */
  boolean start(long begin, Start start) throws InterruptedException {
    CompletableFuture<Void> starting = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                start.run();
                starting.complete(null);
              } catch (Exception e) {
                starting.completeExceptionally(e);
              }
            });
    boolean reached = true;
    try {
      starting.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      reached = false;
    } catch (ExecutionException e) {
      System.err.println(contestant.title() + " did not start: " + e.getCause());
      reached = false;
    }
    found.accept(new Finding(Phase.STARTED, reached, millisSince(begin), reached ? 1 : 0));
    return reached;
  }

  /** Whether all of a phase that began at {@code begin} is reached before the deadline. */
  boolean await(Phase phase, long begin, Share share) throws Exception {
    long end = System.nanoTime() + deadline.toNanos();
    double now = share.now();
    while (now < 1 && System.nanoTime() < end) {
      LockSupport.parkNanos(POLL_NANOS);
      now = share.now();
    }
    found.accept(new Finding(phase, now >= 1, millisSince(begin), now));
    return now >= 1;
  }

  private static double millisSince(long begin) {
    return (System.nanoTime() - begin) / 1e6;
  }
}
