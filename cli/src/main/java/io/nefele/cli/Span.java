package io.nefele.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as people write and read them: {@code 500ms}, {@code 2s}, {@code 1m}. */
final class Span {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
  private static final Duration LONGEST = Duration.ofDays(24);

  private Span() {}

  /**
   * Reads a span.
   *
   * @throws IllegalArgumentException if {@code text} is none or is longer than 24 days
   */
  static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a span of time; write it with a unit, as in 500ms, 2s or 1m");
    }
    long amount = Long.parseLong(matcher.group(1));
    Duration span =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        };
    if (span.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("'" + text + "' is longer than 24 days");
    }
    return span;
  }

  /** For people, in one or two units, as in {@code 3m20s}. */
  static String show(long millis) {
    long seconds = millis / 1000;
    if (millis < 1000) {
      return Math.max(0, millis) + "ms";
    }
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1fs", millis / 1000.0);
    }
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return seconds / 60 + "m" + seconds % 60 + "s";
    }
    if (seconds < 86_400) {
      return seconds / 3600 + "h" + seconds % 3600 / 60 + "m";
    }
    return seconds / 86_400 + "d" + seconds % 86_400 / 3600 + "h";
  }

  /** A round trip for people; {@code ?} if not known. */
  static String showMicros(long micros) {
    if (micros < 0) {
      return "?";
    }
    return micros < 1000 ? micros + "us" : String.format(Locale.ROOT, "%.1fms", micros / 1000.0);
  }
}
