package io.nefele.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class QuantityTest {

  @Test
  void timesAreShownInTheUnitThatPeopleReadBest() {
    assertEquals("0.25 \u00b5s", Quantity.nanos(250).toString());
    assertEquals("999 \u00b5s", Quantity.nanos(999_000).toString());
    assertEquals("1 ms", Quantity.nanos(1_000_000).toString());
    assertEquals("12.3 ms", Quantity.nanos(12_345_678).toString());
    assertEquals("2.50 s", Quantity.nanos(2.5e9).toString());
  }

  @Test
  void bytesAreShownInPowersOf1024() {
    assertEquals("512 B", Quantity.bytes(512).toString());
    assertEquals("1.50 KiB", Quantity.bytes(1536).toString());
    assertEquals("200 MiB", Quantity.bytes(200L << 20).toString());
    assertEquals("2 KiB/s", new Quantity(2048, Unit.BYTES_PER_SECOND).toString());
  }

  @Test
  void whatIsNoNumberIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Quantity.percent(Double.NaN));
    assertThrows(
        IllegalArgumentException.class, () -> Quantity.perSecond(Double.POSITIVE_INFINITY));
  }
}
