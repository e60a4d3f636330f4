package io.nefele.agent.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.ProcessInput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What processes are kept from by their cgroups; on servers where there are any to be had. */
final class CgroupTest {
  private static final int SIGKILL = 9;
  private static final long MIB = 1 << 20;

  @TempDir Path directory;

  private final Told told = new Told();
  private InitProcessHost host;
  private HostEvent.Resynchronized found;
  private Path list;

  @BeforeEach
  void open() throws Exception {
    InitOptions options =
        InitOptions.below(
                directory,
                Optional.of(Isolation.NONE),
                Duration.ofSeconds(60),
                Duration.ofMillis(200))
            .with("nefele-test-" + ProcessHandle.current().pid(), 64, InitOptions.Sandbox.PLAIN);
    list = Path.of(options.socket() + ".cgroups");
    host = InitProcessHost.open(options, told);
    found = told.resynchronized();
  }

  @AfterEach
  void leavesNoCgroup() throws Exception {
    List<String> made = Files.readAllLines(list);
    host.shutdown(Duration.ZERO);
    told.disconnected();
    for (String cgroup : made) {
      assertFalse(Files.exists(Path.of(cgroup)), cgroup);
    }
    assertFalse(Files.exists(list));
  }

  @Test
  void aMemoryBombIsEndedAndToldAsSuch() throws Exception {
    assume(CgroupPower.MEMORY);
    spawn(
        1,
        new Launch.Limits(0, 20 * MIB, 0),
        "sh",
        "-c",
        "x=0123456789abcdef; while :; do x=$x$x; done");

    HostEvent.Exited exited = told.exited(1);
    assertEquals(new ProcessEnding.Signal(SIGKILL), exited.ending());
    assertTrue(exited.outOfMemory());
  }

  @Test
  void aForkBombMeetsItsLimit() throws Exception {
    assume(CgroupPower.PIDS);
    spawn(1, new Launch.Limits(0, 0, 10), "sh", "-c", "while :; do sleep 1000 & done");

    HostEvent.Exited exited = told.exited(1);
    assertEquals(new ProcessEnding.ExitCode(2), exited.ending());
    assertTrue(Files.readString(directory.resolve("logs/err")).contains("fork"));
  }

  @Test
  void theProcessorIsSharedOutAsGranted() throws Exception {
    assume(CgroupPower.CPU);
    assume(CgroupPower.TREE);
    spawn(
        1,
        new Launch.Limits(100, 0, 0),
        "sh",
        "-c",
        "sleep 1 & while kill -0 $! 2>/dev/null; do :; done");

    // A tenth of a second, and what the start takes, for which there is an allowance.
    HostEvent.Exited exited = told.exited(1);
    assertTrue(exited.cpuMicros() < 350_000, exited::toString);
  }

  @Test
  void whatHasLeftItsGroupAndItsParentStillBelongsToTheTree() throws Exception {
    assume(CgroupPower.TREE);
    Fifo fifo = new Fifo(directory.resolve("fifo"));
    spawn(
        1,
        Launch.Limits.NONE,
        "sh",
        "-c",
        "exec > fifo; (setsid sleep 1000 & setsid sleep 1000 &); echo away; exec sleep 1000");
    assertEquals("away", fifo.line());

    host.signal(1, SIGKILL, ProcessHost.Scope.TREE);
    assertEquals(new ProcessEnding.Signal(SIGKILL), told.exited(1).ending());
    fifo.awaitNoWriter();
  }

  @Test
  void usageIsMeasured() throws Exception {
    assume(CgroupPower.TREE);
    spawn(1, Launch.Limits.NONE, "sh", "-c", "while :; do :; done");
    told.started(1);
    HostEvent.Usage usage;
    do {
      host.measure(List.of(1L));
      usage = told.measured().usages().getFirst();
    } while (usage.cpuMicros() < 20_000);

    assertEquals(1, usage.token());
    assertTrue(usage.memoryBytes() > 100_000, usage::toString);
    host.signal(1, SIGKILL, ProcessHost.Scope.TREE);
    assertTrue(told.exited(1).cpuMicros() >= usage.cpuMicros());
  }

  @Test
  void whoJoinsAProcessEndsWithIt() throws Exception {
    assume(CgroupPower.TREE);
    spawn(1, Launch.Limits.NONE, "sleep", "1000");
    told.started(1);
    host.spawn(launch(2, Launch.Limits.NONE, OptionalLong.of(1), "sleep", "1000"));
    told.started(2);

    host.signal(1, SIGKILL, ProcessHost.Scope.TREE);
    assertEquals(new ProcessEnding.Signal(SIGKILL), told.exited(2).ending());
    told.exited(1);
  }

  @Test
  void outputIsKeptWithinBounds() throws Exception {
    spawn(1, Launch.Limits.NONE, "sh", "-c", "yes | head -c 8000000");
    told.exited(1);

    Path out = directory.resolve("logs/out");
    assertEquals(8_000_000, Files.size(out));
    assertEquals(0, Files.readAllBytes(out)[0]);
    assertEquals('y', Files.readAllBytes(out)[8_000_000 - 2]);
  }

  private void assume(CgroupPower power) {
    Assumptions.assumeTrue(found.powers().contains(power), () -> "no cgroups with " + power);
  }

  private void spawn(long token, Launch.Limits limits, String... argv) {
    host.spawn(launch(token, limits, OptionalLong.empty(), argv));
  }

  private Launch launch(long token, Launch.Limits limits, OptionalLong beside, String... argv) {
    return new Launch(
        token,
        false,
        false,
        List.of(argv),
        Map.of("PATH", "/usr/bin:/bin"),
        directory,
        Path.of("out"),
        Path.of("err"),
        Optional.empty(),
        limits,
        new ProcessInput.Empty(),
        beside);
  }
}
