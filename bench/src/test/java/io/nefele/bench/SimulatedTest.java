package io.nefele.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SimulatedTest {

  @Test
  void theSimulatorsOwnCountIsRead() throws BenchFailure {
    Simulated told =
        Simulated.parse(
            "{\"seed\":1,\"simulatedSeconds\":75.500,\"events\":12345,\"restSeconds\":null}\n");
    assertEquals(75.5, told.get("simulatedSeconds"));
    assertEquals(12_345, told.get("events"));
  }

  @Test
  void anythingElseIsRefused() throws BenchFailure {
    assertThrows(BenchFailure.class, () -> Simulated.parse("seed 1, 10 agents"));
    Simulated told = Simulated.parse("{\"seed\":1,\"restSeconds\":null}");
    assertThrows(BenchFailure.class, () -> told.get("restSeconds"));
  }
}
