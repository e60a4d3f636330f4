package io.nefele.core;

import java.time.Duration;

/**
 * Arithmetic on durations of less than 292 years, in whole nanoseconds. {@link Duration}'s own goes
 * through {@code BigDecimal}, which is slow, and whose first use takes tens of milliseconds of an
 * agent's start.
 */
public final class Durations {
  private Durations() {}

  public static Duration multiply(Duration duration, long factor) {
    return Duration.ofNanos(Math.multiplyExact(duration.toNanos(), factor));
  }

  /** Rounds towards zero. */
  public static Duration divide(Duration duration, long divisor) {
    return Duration.ofNanos(duration.toNanos() / divisor);
  }
}
