package io.nefele.bench.floor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.report.Quantity;
import org.junit.jupiter.api.Test;

class IsolatedSpawnFloorTest {

  @Test
  void whatTheProgramPrintsIsRead() throws BenchFailure {
    assertEquals(
        new IsolatedSpawnFloor(
            Quantity.nanos(300_000),
            Quantity.nanos(400_000),
            Quantity.nanos(900_000),
            Quantity.nanos(1_500_000)),
        IsolatedSpawnFloor.parse(
            "isolated call p50 300 us, p99 400 us\nisolated to exit p50 900 us, p99 1500 us"));
    assertThrows(BenchFailure.class, () -> IsolatedSpawnFloor.parse("unshare: not permitted"));
  }
}
