package io.nefele.cli;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory, written as {@code 512M} or {@code 1.5GiB}; units are powers of 1024.
 *
 * @param bytes the amount; 0 where none may be said
 */
record Size(long bytes) {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?)([kmgt]?)(?:i?b)?");
  private static final String UNITS = "kmgt";

  /**
   * Reads a size.
   *
   * @throws IllegalArgumentException if {@code text} is none, or is zero, or is beyond 8 EiB
   */
  static Size parse(String text) {
    Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a size; write bytes or a number with K, M, G or T, as in 512M");
    }
    int power = matcher.group(2).isEmpty() ? 0 : UNITS.indexOf(matcher.group(2)) + 1;
    BigDecimal bytes =
        new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(1L << (10 * power)));
    if (bytes.compareTo(BigDecimal.ONE) < 0
        || bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException("'" + text + "' is not between 1 byte and 8 EiB");
    }
    return new Size(bytes.longValue());
  }

  /** For people, as in {@code 1.5G}; {@code -} for nothing. */
  static String show(long bytes) {
    if (bytes <= 0) {
      return "-";
    }
    if (bytes < 1024) {
      return bytes + "B";
    }
    double amount = bytes;
    int unit = -1;
    while (amount >= 1024 && unit < UNITS.length() - 1) {
      amount /= 1024;
      unit++;
    }
    char letter = Character.toUpperCase(UNITS.charAt(unit));
    return (amount < 10 && amount != Math.rint(amount)
            ? String.format(Locale.ROOT, "%.1f", amount)
            : Long.toString(Math.round(amount)))
        + letter;
  }
}
