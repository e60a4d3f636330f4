package io.nefele.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** When something that is periodic is due. */
interface Timetable {
  /** The first time after {@code after} at which it is due; empty: never. */
  Optional<Instant> next(Instant after);

  /** How it is written. */
  String text();

  /**
   * Each whole multiple of {@code period} since 1970, so that it does not matter who counts.
   *
   * @throws IllegalArgumentException for less than a second
   */
  static Timetable every(Duration period) {
    if (period.toMillis() < 1000) {
      throw new IllegalArgumentException(
          "every: a second or more, not " + period.toMillis() + "ms");
    }
    return new Timetable() {
      @Override
      public Optional<Instant> next(Instant after) {
        long millis = period.toMillis();
        return Optional.of(Instant.ofEpochMilli((after.toEpochMilli() / millis + 1) * millis));
      }

      @Override
      public String text() {
        return "every " + period.toMillis() + "ms";
      }
    };
  }
}
