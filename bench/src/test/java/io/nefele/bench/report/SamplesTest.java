package io.nefele.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class SamplesTest {

  @Test
  void percentilesAreWithinAThousandthOfWhatWasAdded() {
    Samples samples = new Samples();
    for (int millis = 1; millis <= 1000; millis++) {
      samples.addNanos(millis * 1_000_000L);
    }
    assertEquals(500_000, samples.median().value(), 500);
    assertEquals(990_000, samples.percentile(99).value(), 990);
    Row row = samples.row("sleep", 99);
    assertEquals(Quantity.count(1000), row.details().get("n"));
    assertEquals(samples.percentile(99), row.details().get("p99"));
  }

  @Test
  void anActionThatFailsIsNoSample() {
    Samples samples = new Samples();
    assertThrows(
        IOException.class,
        () ->
            samples.time(
                () -> {
                  throw new IOException("gone");
                }));
    assertThrows(IllegalStateException.class, samples::median);
  }
}
