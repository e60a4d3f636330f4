package io.nefele.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SimulatedTest {

  @Test
  void theSimulatorsOwnCountIsRead() throws BenchFailure {
    assertEquals(
        new Simulated(75.5, 12_345),
        Simulated.parse(
            "{\"seed\":1,\"simulatedSeconds\":75.500,\"events\":12345,\"restSeconds\":null}\n"));
  }

  @Test
  void anythingElseIsRefused() {
    assertThrows(BenchFailure.class, () -> Simulated.parse("seed 1, 10 agents"));
    assertThrows(BenchFailure.class, () -> Simulated.parse("{\"seed\":1}"));
  }
}
