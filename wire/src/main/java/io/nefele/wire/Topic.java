package io.nefele.wire;

import java.util.regex.Pattern;

/**
 * Topics and the patterns that subscribers give. A topic is one or more segments with slashes
 * between them: {@code orders/eu/7}. In a pattern, the segment {@code *} stands for any one segment
 * and {@code **}, as the last one, for any number of them, none included.
 *
 * <p>MQTT writes {@code +} and {@code #} for the same; the stars are what people know from file
 * names, and a shell passes them on unchanged where no file matches.
 */
public final class Topic {
  private static final int MAX_LENGTH = 255;
  private static final Pattern TOPIC = Pattern.compile("[^/*\\s]+(/[^/*\\s]+)*");
  private static final Pattern PATTERN =
      Pattern.compile("\\*\\*|([^/*\\s]+|\\*)(/([^/*\\s]+|\\*))*(/\\*\\*)?");

  private Topic() {}

  /**
   * Returns {@code topic}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static String check(String topic) {
    return check(topic, TOPIC, "topic: segments without blanks or '*', with '/' between them");
  }

  /**
   * Returns {@code pattern}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static String checkPattern(String pattern) {
    return check(
        pattern,
        PATTERN,
        "pattern of topics: segments with '/' between them, '*' for any one, '**' at the end for"
            + " the rest");
  }

  private static String check(String text, Pattern form, String what) {
    if (text.length() > MAX_LENGTH || !form.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a " + what + ", " + MAX_LENGTH + " characters at most");
    }
    return text;
  }

  /** Whether a subscriber with {@code pattern} gets what is published to {@code topic}. */
  public static boolean matches(String pattern, String topic) {
    int p = 0;
    int t = 0;
    while (true) {
      String wanted = segment(pattern, p);
      if (wanted.equals("**")) {
        return true;
      }
      if (t > topic.length()) {
        return false;
      }
      String given = segment(topic, t);
      if (!wanted.equals("*") && !wanted.equals(given)) {
        return false;
      }
      p += wanted.length() + 1;
      t += given.length() + 1;
      if (p > pattern.length()) {
        return t > topic.length();
      }
    }
  }

  private static String segment(String text, int from) {
    int slash = text.indexOf('/', from);
    return text.substring(from, slash < 0 ? text.length() : slash);
  }
}
