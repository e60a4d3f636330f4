package io.nefele.agent.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are held before their first instruction until all of a gang are there. */
final class GatedLaunchTest {
  private final InitFixture init;
  private final Path marker;

  GatedLaunchTest(@TempDir Path directory) throws Exception {
    init = new InitFixture(directory);
    marker = directory.resolve("marker");
  }

  @AfterEach
  void leavesNothing() throws Exception {
    init.close();
  }

  @Test
  void runsNothingBeforeItsRelease() throws Exception {
    init.spawnGated(1, "touch", "marker");
    HostEvent.Gated gated = init.told.gated(1);
    String status = Files.readString(Path.of("/proc/" + gated.linuxPid() + "/status"));
    assertTrue(status.contains("State:\tt (tracing stop)"), status);
    assertTrue(status.contains("Name:\ttouch"), status);
    assertTrue(Files.notExists(marker));

    init.host.release(List.of(1L));
    init.told.started(1);
    assertEquals(new ProcessEnding.ExitCode(0), init.told.exited(1).ending());
    assertTrue(Files.exists(marker));
  }

  @Test
  void isNoLongerTracedOnceReleased() throws Exception {
    init.spawnGated(1, "grep", "TracerPid", "/proc/self/status");
    init.host.release(List.of(1L));

    assertEquals(new ProcessEnding.ExitCode(0), init.told.exited(1).ending());
    assertEquals("TracerPid:\t0\n", init.output("out"));
  }

  @Test
  void anAbortLeavesNothing() throws Exception {
    init.spawnGated(1, "touch", "marker");
    init.told.gated(1);
    init.spawnGated(2, "touch", "marker");
    init.host.abort(List.of(1L, 2L));

    assertEquals(new ProcessEnding.Aborted(), init.told.exited(1).ending());
    assertEquals(new ProcessEnding.Aborted(), init.told.exited(2).ending());
    init.host.release(List.of(1L, 2L));
    init.spawn(3, "true");
    init.told.exited(3);
    assertTrue(Files.notExists(marker));
  }

  @Test
  void anAbortLeavesReleasedOnesAlone() throws Exception {
    init.spawnGated(1, "sleep", "1000");
    init.host.release(List.of(1L));
    int pid = init.told.started(1).linuxPid();
    init.host.abort(List.of(1L));
    init.spawn(2, "true");
    init.told.exited(2);

    assertTrue(ProcessHandle.of(pid).isPresent());
  }

  @Test
  void staysHeldWhileNoAgentIsThere() throws Exception {
    init.spawnGated(1, "touch", "marker");
    HostEvent.Gated gated = init.told.gated(1);

    init.reconnect();
    assertEquals(List.of(gated), init.resynchronized.standings());
    init.host.release(List.of(1L));
    init.told.exited(1);
    assertTrue(Files.exists(marker));
  }

  @Test
  void aThousandAreHeldAndReleasedTogether() throws Exception {
    List<Long> tokens = LongStream.range(0, 1000).boxed().toList();
    tokens.forEach(token -> init.spawnGated(token, "sh", "-c", "echo ran"));
    for (long token : tokens) {
      init.told.gated(token);
    }
    assertEquals("", init.output("out"));

    init.host.release(tokens);
    for (long token : tokens) {
      init.told.started(token);
      assertEquals(new ProcessEnding.ExitCode(0), init.told.exited(token).ending());
    }
    assertEquals(1000, init.output("out").lines().count());
    init.host.acknowledge(tokens.subList(0, 999));
    init.reconnect();
    Set<Long> left =
        init.resynchronized.standings().stream()
            .map(HostEvent.Standing::token)
            .collect(Collectors.toSet());
    assertEquals(Set.of(999L), left);
  }
}
