package io.nefele.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DurationsTest {
  @Test
  void multipliesAndDividesInWholeNanoseconds() {
    assertEquals(Duration.ofMillis(4500), Durations.multiply(Duration.ofMillis(1500), 3));
    assertEquals(Duration.ofNanos(3), Durations.divide(Duration.ofNanos(10), 3));
  }

  @Test
  void whatDoesNotFitIsAnError() {
    assertThrows(
        ArithmeticException.class, () -> Durations.multiply(Duration.ofDays(100_000), 100_000));
  }
}
