package io.nefele.bench.fabric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.bench.BenchFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void bothOutputsAndTheEnvironmentAreSeen() throws Exception {
    Run run = shell("echo $WHAT; echo wrong >&2; exit 3", LIMIT);
    assertEquals(3, run.exitCode());
    assertEquals("this\nwrong", run.output());
    assertTrue(run.nanos() > 0);
    BenchFailure failure = assertThrows(BenchFailure.class, () -> run.orFail("sh"));
    assertEquals("sh failed with exit code 3: wrong", failure.getMessage());
  }

  @Test
  void whatTakesTooLongIsKilled() {
    List<Process> started = new ArrayList<>();
    List<String> command = List.of("sleep", "1000");
    assertThrows(
        BenchFailure.class, () -> Run.of(command, Map.of(), Duration.ofMillis(10), started::add));
    assertFalse(started.getFirst().isAlive());
  }

  private static Run shell(String line, Duration limit) throws Exception {
    return Run.of(List.of("sh", "-c", line), Map.of("WHAT", "this"), limit);
  }
}
