package io.nefele.cli;

import java.math.BigDecimal;

/**
 * Processor time, written in cores as in {@code 0.5} or in thousandths as in {@code 500m}.
 *
 * @param millis thousandths of a core; 0 where none may be said
 */
record CpuShare(int millis) {
  private static final int MAX_CORES = 1_000_000;

  /**
   * Reads a share.
   *
   * @throws IllegalArgumentException if {@code text} is none, or finer than a thousandth
   */
  static CpuShare parse(String text) {
    BigDecimal millis;
    if (text.matches("[0-9]{1,9}m")) {
      millis = new BigDecimal(text.substring(0, text.length() - 1));
    } else if (text.matches("[0-9]{0,7}(\\.[0-9]{1,9})?") && !text.isEmpty()) {
      millis = new BigDecimal(text).movePointRight(3);
    } else {
      throw new IllegalArgumentException(
          "'" + text + "' is not a number of cores; write it as 2, 0.5 or 500m");
    }
    if (millis.signum() <= 0
        || millis.stripTrailingZeros().scale() > 0
        || millis.compareTo(BigDecimal.valueOf(1000L * MAX_CORES)) > 0) {
      throw new IllegalArgumentException(
          "'" + text + "' is not between 0.001 and " + MAX_CORES + " cores in steps of 0.001");
    }
    return new CpuShare(millis.intValue());
  }

  /** For people, in cores; {@code -} for nothing. */
  static String show(int millis) {
    return millis <= 0 ? "-" : BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString();
  }
}
