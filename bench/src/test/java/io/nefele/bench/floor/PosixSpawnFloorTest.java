package io.nefele.bench.floor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.report.Quantity;
import org.junit.jupiter.api.Test;

class PosixSpawnFloorTest {

  @Test
  void whatTheProgramPrintsIsRead() throws BenchFailure {
    PosixSpawnFloor floor =
        PosixSpawnFloor.parse(
            """
            posix_spawn call p50 114 us, p99 300 us
            posix_spawn to exit p50 717 us, p99 1500 us
            one after another 1406 /s, 32 at once 1984 /s
            """);
    assertEquals(
        new PosixSpawnFloor(
            Quantity.nanos(114_000),
            Quantity.nanos(300_000),
            Quantity.nanos(717_000),
            Quantity.nanos(1_500_000),
            Quantity.perSecond(1406),
            Quantity.perSecond(1984)),
        floor);
    assertThrows(BenchFailure.class, () -> PosixSpawnFloor.parse("Segmentation fault"));
  }

  @Test
  void theProgramOfThisBuildRuns() throws Exception {
    PosixSpawnFloor floor = PosixSpawnFloor.measure(20);
    assertTrue(floor.toExitMedian().value() >= floor.callMedian().value(), floor.toString());
    assertTrue(floor.manyAtOnce().value() > 0, floor.toString());
  }
}
