package io.nefele.agent;

/** Measures how fast a core of this server is. */
final class CoreSpeed {
  /** Steps of the loop a millisecond on the core that counts as 1 (about 2.5 GHz, of 2020). */
  private static final double STANDARD_STEPS_PER_MILLI = 300_000;

  private static final int STEPS = 300_000;
  private static final int ROUNDS = 20;

  private CoreSpeed() {}

  /**
   * The factor by which a core here is faster than the standard one, in tenths, so that equal
   * servers are found equal. Takes about 20 ms; others at work make it slower, which the quickest
   * of the rounds is the least touched by.
   */
  static double measure() {
    long quickestNanos = Long.MAX_VALUE;
    long kept = 1;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      for (int step = 0; step < STEPS; step++) {
        // A chain of dependent multiplications, which no compiler shortens.
        kept = kept * 6364136223846793005L + 1442695040888963407L;
        kept ^= kept >>> 29;
      }
      quickestNanos = Math.min(quickestNanos, System.nanoTime() - start);
    }
    double factor = STEPS * 1e6 / quickestNanos / STANDARD_STEPS_PER_MILLI;
    // Used, so that it has to be computed.
    return Math.max(0.1, Math.round(factor * 10 + (kept == 0 ? 1e-9 : 0)) / 10.0);
  }
}
