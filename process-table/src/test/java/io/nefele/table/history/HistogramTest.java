package io.nefele.table.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class HistogramTest {
  @Property
  void anAmountIsAtMostAQuarterBelowWhatIsToldOfIt(
      @ForAll @LongRange(min = 1, max = 1L << 60) long amount) {
    long told = Histogram.EMPTY.with(amount).quantile(50);
    assertTrue(told >= amount, () -> amount + " " + told);
    assertTrue(told - amount <= amount / 4 + 1, () -> amount + " " + told);
    assertEquals(told, Histogram.upperEnd(Histogram.bucketOf(amount)));
  }

  @Test
  void ofFewTheGreatestIsToldAsMost_ofManyNotTheRarest() {
    Histogram few = Histogram.EMPTY.with(1 << 20).with(1 << 30);
    assertTrue(few.quantile(95) >= 1 << 30);
    Histogram many = few;
    for (int i = 0; i < 60; i++) {
      many = many.with(1 << 20);
    }
    assertTrue(many.quantile(95) < 1 << 21, many::toString);
  }

  @Test
  void aProgramThatHasGrownIsSoonTakenForWhatItIs() {
    Histogram histogram = Histogram.EMPTY;
    for (int i = 0; i < 10_000; i++) {
      histogram = histogram.with(1 << 20);
    }
    assertTrue(histogram.total() < Histogram.COUNT_MAX, histogram::toString);
    for (int i = 0; i < 8; i++) {
      histogram = histogram.with(1 << 30);
    }
    assertTrue(histogram.quantile(95) >= 1 << 30, histogram::toString);
  }

  @Test
  void whatIsTakenOutAgainLeavesNothing() {
    assertEquals(Histogram.EMPTY, Histogram.EMPTY.with(77).without(77).without(78));
    assertEquals(0, Histogram.EMPTY.quantile(95));
  }
}
