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
import java.util.Map;
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
      init.spawn(1, "sh", "-c", "for n in pid mnt ipc uts net; do readlink /proc/self/ns/$n; done");
      init.told.exited(1);

      List<String> theirs = init.output("out").lines().toList();
      assertEquals(5, theirs.size());
      for (String namespace : theirs) {
        String kind = namespace.substring(0, namespace.indexOf(':'));
        assertNotEquals(
            Files.readSymbolicLink(Path.of("/proc/self/ns/" + kind)).toString(), namespace);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FULL", "USERNS"})
  void filesOfOthersInTmpAndSharedMemory_areNotThere(Isolation isolation) throws Exception {
    Path tmp = Files.createTempFile(Path.of("/tmp"), "nefele-isolation", "");
    Path shared = Files.createTempFile(Path.of("/dev/shm"), "nefele-isolation", "");
    try (InitFixture init = open(isolation)) {
      init.spawn(
          1, "sh", "-c", "ls " + tmp + " " + shared + "; touch /tmp/mine /dev/shm/mine; ls /tmp");
      assertEquals(new ProcessEnding.ExitCode(0), init.told.exited(1).ending());
      // The working directory is shown, though it is below the server's /tmp.
      assertEquals(List.of(directory.getFileName().toString(), "mine"), lines(init));
      assertTrue(Files.notExists(Path.of("/tmp/mine")));
      assertTrue(Files.notExists(Path.of("/dev/shm/mine")));
    } finally {
      Files.delete(tmp);
      Files.delete(shared);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FULL", "USERNS"})
  void theNetworkIsTheLoopbackAlone_withoutTheSocketsOfTheServer(Isolation isolation)
      throws Exception {
    try (InitFixture init = open(isolation)) {
      init.spawn(1, "sh", "-c", "grep -c : /proc/net/dev; wc -l < /proc/net/unix");
      init.told.exited(1);

      assertEquals(List.of("1", "1"), lines(init));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FULL", "USERNS"})
  void rootCanNeitherMountNorReachDevicesNorChangeTheKernelOrItsLimits(Isolation isolation)
      throws Exception {
    try (InitFixture init = open(isolation)) {
      List<String> attacks =
          List.of(
              "mount -t tmpfs none /mnt",
              "umount /sys/fs/cgroup",
              "umount -l /tmp",
              "mknod /tmp/disk b 254 0 && head -c 1 /tmp/disk",
              "ls /dev/*da /dev/mem /dev/kmsg",
              "mkdir /sys/fs/cgroup/memory/mine",
              "echo 1 > /proc/sys/kernel/printk",
              "echo h > /proc/sysrq-trigger",
              "head -c 1 /proc/kcore | grep .",
              "ls /sys/fs/cgroup | grep .",
              "nsenter -t 1 -n true",
              "unshare -m mount -t proc none /proc");
      for (int i = 0; i < attacks.size(); i++) {
        init.spawn(
            i, "sh", "-c", "{ " + attacks.get(i) + "; } 2>&1 && echo $0 worked", "attack-" + i);
        init.told.exited(i);
      }
      assertEquals(
          List.of(), lines(init).stream().filter(line -> line.endsWith("worked")).toList());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FULL", "USERNS"})
  void sharedDirectoriesAreSeen_andTheAgentsStateIsNot(Isolation isolation) throws Exception {
    Path state = Files.createDirectory(directory.resolve("state"));
    Path api = Files.createDirectory(state.resolve("api"));
    Files.writeString(api.resolve("socket"), "seen");
    Path queues = Files.createDirectory(state.resolve("queues"));
    InitOptions options =
        InitOptions.below(
                state, Optional.of(isolation), Duration.ofSeconds(60), Duration.ofMillis(200))
            .with(
                "nefele-shared-" + ProcessHandle.current().pid(),
                0,
                new InitOptions.Sandbox(Optional.of(state), List.of(api), List.of(queues), true));
    Told told = new Told();
    InitProcessHost host;
    try {
      host = InitProcessHost.open(options, told);
    } catch (IOException e) {
      Assumptions.abort(e.toString());
      return;
    }
    told.resynchronized();
    host.spawn(
        new Launch(
            1,
            false,
            List.of("sh", "-c", "cat api/socket; ls; touch queues/x; touch api/x new"),
            Map.of("PATH", "/usr/bin:/bin"),
            state,
            Path.of("out"),
            Path.of("err"),
            Optional.empty()));
    assertEquals(new ProcessEnding.ExitCode(1), told.exited(1).ending());
    assertTrue(Files.exists(queues.resolve("x")));
    assertEquals("seenapi\nqueues\n", Files.readString(options.logs().resolve("out")));
    host.shutdown(Duration.ZERO);
    told.disconnected();
    assertTrue(Files.notExists(options.socket()));
  }

  private static List<String> lines(InitFixture init) throws IOException {
    return init.output("out").lines().toList();
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
