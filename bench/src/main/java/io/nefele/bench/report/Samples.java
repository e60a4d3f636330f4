package io.nefele.bench.report;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Durations of the same thing done again and again. Thread-safe. */
public final class Samples {
  private static final long HIGHEST_NANOS = 3_600_000_000_000L;
  private static final int SIGNIFICANT_DIGITS = 3;

  private final Histogram histogram = new ConcurrentHistogram(HIGHEST_NANOS, SIGNIFICANT_DIGITS);

  public void addNanos(long nanos) {
    histogram.recordValue(Math.clamp(nanos, 1, HIGHEST_NANOS));
  }

  /**
   * Times {@code action} once.
   *
   * @throws Exception what it throws; then nothing is added
   */
  public void time(Action action) throws Exception {
    long begin = System.nanoTime();
    action.run();
    addNanos(System.nanoTime() - begin);
  }

  public Quantity median() {
    return percentile(50);
  }

  public Quantity percentile(double percentile) {
    if (histogram.getTotalCount() == 0) {
      throw new IllegalStateException("no sample was taken");
    }
    return Quantity.nanos(histogram.getValueAtPercentile(percentile));
  }

  /** A row of the median, with the tail at {@code tailPercentile}. */
  public Row row(String what, int tailPercentile) {
    return Row.of(what, median())
        .detail("p" + tailPercentile, percentile(tailPercentile))
        .detail("n", Quantity.count(histogram.getTotalCount()));
  }

  /** What is timed. */
  public interface Action {
    void run() throws Exception;
  }
}
