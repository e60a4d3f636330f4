package io.nefele.bench.report;

/** What a row is expected to reach. */
public sealed interface Goal {

  /** At most so many times the number it stands beside. */
  record AtMostTimes(double times) implements Goal {
    @Override
    public String toString() {
      return "\u2264 " + new Quantity(times, Unit.TIMES);
    }
  }

  /** At least so many times the number it stands beside. */
  record AtLeastTimes(double times) implements Goal {
    @Override
    public String toString() {
      return "\u2265 " + new Quantity(times, Unit.TIMES);
    }
  }

  /** At least this, in the row's own unit. */
  record AtLeast(Quantity limit) implements Goal {
    @Override
    public String toString() {
      return "\u2265 " + limit;
    }
  }

  /** At most this, in the row's own unit. */
  record AtMost(Quantity limit) implements Goal {
    @Override
    public String toString() {
      return "\u2264 " + limit;
    }
  }
}
