package io.nefele.bench.report;

/** What a {@link Quantity} counts. The symbol is the one of the JSON reports. */
public enum Unit {
  MICROS("us"),
  BYTES("B"),
  BYTES_PER_SECOND("B/s"),
  PER_SECOND("1/s"),
  /** Of one core, or of all pairs; never of another row. */
  PERCENT("%"),
  TIMES("x"),
  COUNT("");

  private final String symbol;

  Unit(String symbol) {
    this.symbol = symbol;
  }

  public String symbol() {
    return symbol;
  }
}
