package io.nefele.core;

/**
 * Crockford's base 32 in lower case: no letter that is mistaken for another one ({@code i l o u}
 * are missing), so that ids survive being read aloud.
 */
final class Base32 {
  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

  private Base32() {}

  /** The lowest {@code 5 * digits} bits of {@code value}, most significant digit first. */
  static String encode(long value, int digits) {
    char[] text = new char[digits];
    for (int i = digits - 1; i >= 0; i--) {
      text[i] = DIGITS.charAt((int) (value & 31));
      value >>>= 5;
    }
    return new String(text);
  }

  /**
   * The value of {@code text}.
   *
   * @throws IllegalArgumentException if a character is not a digit of this base
   */
  static long decode(String text) {
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = DIGITS.indexOf(text.charAt(i));
      if (digit < 0) {
        throw new IllegalArgumentException("'" + text.charAt(i) + "' is not a base-32 digit");
      }
      value = (value << 5) | digit;
    }
    return value;
  }
}
