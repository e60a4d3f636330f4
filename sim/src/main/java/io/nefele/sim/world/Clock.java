package io.nefele.sim.world;

import java.time.Instant;

/**
 * A life's own time: starts at its server's wall clock, never runs back, and runs a little fast or
 * slow.
 */
final class Clock {
  private static final Instant WALL = Instant.parse("2030-01-01T00:00:00Z");
  private static final double MILLION = 1e6;

  private Instant origin;
  private long anchorNanos;
  private int driftPartsPerMillion;

  Clock(long nowNanos, long wallOffsetMillis, int driftPartsPerMillion) {
    this.origin = WALL.plusNanos(nowNanos).plusMillis(wallOffsetMillis);
    this.anchorNanos = nowNanos;
    this.driftPartsPerMillion = driftPartsPerMillion;
  }

  /** The wall clock of a server that is so far ahead, milliseconds since 1970. */
  static long wallMillis(long nowNanos, long offsetMillis) {
    return WALL.plusNanos(nowNanos).plusMillis(offsetMillis).toEpochMilli();
  }

  Instant read(long nowNanos) {
    return origin.plusNanos(scaled(nowNanos - anchorNanos));
  }

  /**
   * How long in true time what this clock takes for {@code localNanos} lasts, rounded up: a timer
   * that comes a nanosecond early would be set again and again for no time at all.
   */
  long trueNanos(long localNanos) {
    return driftPartsPerMillion == 0
        ? localNanos
        : (long) Math.ceil(localNanos / (1 + driftPartsPerMillion / MILLION)) + 1;
  }

  void drift(long nowNanos, int partsPerMillion) {
    origin = read(nowNanos);
    anchorNanos = nowNanos;
    driftPartsPerMillion = partsPerMillion;
  }

  private long scaled(long nanos) {
    return driftPartsPerMillion == 0
        ? nanos
        : nanos + (long) (nanos * (driftPartsPerMillion / MILLION));
  }
}
