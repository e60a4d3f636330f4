package io.nefele.bench.report;

import java.util.Locale;

/**
 * A number with its unit.
 *
 * @param value finite, in {@code unit}
 */
public record Quantity(double value, Unit unit) {
  private static final double MILLI = 1e3;
  private static final double SECOND = 1e6;
  private static final double KIB = 1024;
  private static final double MIB = 1024 * KIB;

  public Quantity {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("not a finite number: " + value);
    }
  }

  public static Quantity nanos(double nanos) {
    return new Quantity(nanos / 1e3, Unit.MICROS);
  }

  public static Quantity bytes(double bytes) {
    return new Quantity(bytes, Unit.BYTES);
  }

  public static Quantity count(long count) {
    return new Quantity(count, Unit.COUNT);
  }

  public static Quantity percent(double percent) {
    return new Quantity(percent, Unit.PERCENT);
  }

  public static Quantity perSecond(double perSecond) {
    return new Quantity(perSecond, Unit.PER_SECOND);
  }

  /** With three significant digits, in the unit in which people read it best. */
  @Override
  public String toString() {
    return switch (unit) {
      case MICROS ->
          value >= SECOND
              ? digits(value / SECOND) + " s"
              : value >= MILLI ? digits(value / MILLI) + " ms" : digits(value) + " \u00b5s";
      case BYTES -> bytesForPeople();
      case BYTES_PER_SECOND -> bytesForPeople() + "/s";
      case PER_SECOND -> digits(value) + " /s";
      case PERCENT -> digits(value) + " %";
      case TIMES -> digits(value) + "x";
      case COUNT -> digits(value);
    };
  }

  private String bytesForPeople() {
    return value >= MIB
        ? digits(value / MIB) + " MiB"
        : value >= KIB ? digits(value / KIB) + " KiB" : digits(value) + " B";
  }

  static String digits(double value) {
    double size = Math.abs(value);
    int decimals = size >= 100 || value == Math.rint(value) ? 0 : size >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
