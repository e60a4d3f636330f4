package io.nefele.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a command still waits. It asks for at most a minute at a time, so that waiting without
 * end still notices an agent that has gone silent.
 */
final class Patience {
  private static final Duration SLICE = Duration.ofMinutes(1);

  private final @Nullable Duration limit;
  private final long startNanos = System.nanoTime();

  /**
   * @param limit from now; null: none
   */
  Patience(@Nullable Duration limit) {
    this.limit = limit;
  }

  /** How long to wait now. */
  Duration next() {
    Duration left = left();
    return left.compareTo(SLICE) < 0 ? left : SLICE;
  }

  boolean isOver() {
    return left().isZero();
  }

  private Duration left() {
    if (limit == null) {
      return SLICE;
    }
    Duration left = limit.minusNanos(System.nanoTime() - startNanos);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
