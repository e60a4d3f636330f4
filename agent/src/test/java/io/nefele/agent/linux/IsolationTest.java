package io.nefele.agent.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What processes see of the server, and what is left of them when their init is gone. */
final class IsolationTest {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(names = {"FULL", "USERNS"})
  void processesSeeEachOtherOnly(Isolation isolation) throws Exception {
    String hostNameBefore = hostName();
    try (InitFixture init = open(isolation)) {
      assertEquals(isolation, init.resynchronized.isolation());
      init.spawn(1, "sleep", "1000");
      assertEquals(2, init.told.started(1).linuxPid());
      init.spawn(2, "sh", "-c", "cat /proc/[0-9]*/comm; hostname tenant; hostname; kill -9 1");
      assertEquals(new ProcessEnding.ExitCode(0), init.told.exited(2).ending());

      List<String> lines = init.output("out").lines().toList();
      assertEquals(List.of("nefele-init", "sleep"), lines.subList(0, 2));
      assertEquals(hostNameBefore, hostName());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FULL", "USERNS"})
  void everyNamespaceIsTheTenantsOwn(Isolation isolation) throws Exception {
    try (InitFixture init = open(isolation)) {
      init.spawn(1, "sh", "-c", "for n in pid mnt ipc uts; do readlink /proc/self/ns/$n; done");
      init.told.exited(1);

      List<String> theirs = init.output("out").lines().toList();
      assertEquals(4, theirs.size());
      for (String namespace : theirs) {
        String kind = namespace.substring(0, namespace.indexOf(':'));
        assertNotEquals(
            Files.readSymbolicLink(Path.of("/proc/self/ns/" + kind)).toString(), namespace);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FULL", "USERNS"})
  void nothingOutlivesTheInitNotEvenWhatLeftEverything(Isolation isolation) throws Exception {
    try (InitFixture init = open(isolation)) {
      Fifo fifo = new Fifo(directory.resolve("fifo"));
      init.spawn(1, "sh", "-c", "exec > fifo; (setsid sleep 1000 &); echo away; sleep 1000");
      assertEquals("away", fifo.line());
      init.spawnGated(2, "touch", "marker");
      init.told.gated(2);

      ProcessHandle.of(init.resynchronized.initPid()).orElseThrow().destroyForcibly();
      init.told.disconnected();
      fifo.awaitNoWriter();
      assertTrue(Files.notExists(directory.resolve("marker")));
      init.reconnect();
      assertEquals(List.of(), init.resynchronized.standings());
    }
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void gatesExitsAndSignalsAreTheSameEverywhere(Isolation isolation) throws Exception {
    try (InitFixture init = open(isolation)) {
      init.spawnGated(1, "sh", "-c", "exit 3");
      init.told.gated(1);
      init.spawn(2, "sh", "-c", "setsid sleep 1000");
      init.told.started(2);
      init.reconnect();
      assertEquals(2, init.resynchronized.standings().size());

      init.host.release(List.of(1L));
      assertEquals(new ProcessEnding.ExitCode(3), init.told.exited(1).ending());
      init.host.signal(2, 9, ProcessHost.Scope.TREE);
      assertEquals(new ProcessEnding.Signal(9), init.told.exited(2).ending());
    }
  }

  @Test
  void withoutAWishTheBestIsTaken() throws Exception {
    Told told = new Told();
    InitOptions options =
        InitOptions.below(
            directory, Optional.empty(), Duration.ofSeconds(60), Duration.ofMillis(200));
    InitProcessHost host = InitProcessHost.open(options, told);
    Isolation best = told.resynchronized().isolation();
    host.shutdown(Duration.ZERO);
    told.disconnected();

    for (Isolation stronger : Isolation.values()) {
      if (stronger.compareTo(best) > 0) {
        assertThrows(IOException.class, () -> new InitFixture(directory, stronger));
        assertTrue(Files.notExists(options.socket()));
      }
    }
  }

  /** Servers differ in what they allow; a level that is not to be had is not tested. */
  private InitFixture open(Isolation isolation) throws InterruptedException {
    try {
      return new InitFixture(directory, isolation);
    } catch (IOException e) {
      return Assumptions.abort(e.toString());
    }
  }

  private static String hostName() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
  }
}
