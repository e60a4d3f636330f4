package io.nefele.agent.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tenants of one server, with real inits and namespaces. */
@Timeout(60)
final class TenantHostsTest {
  private static final Name HOME = new Name("home");
  private static final Name RED = new Name("red");
  private static final Name BLUE = new Name("blue");

  @TempDir Path directory = Path.of("");
  private Told told = new Told();
  private Optional<Name> refused = Optional.empty();

  @SuppressWarnings("NullAway.Init")
  private TenantHosts hosts;

  private HostEvent.Resynchronized found =
      new HostEvent.Resynchronized(0, Isolation.NONE, Set.of(), List.of());

  @BeforeEach
  void open() throws Exception {
    try {
      hosts = TenantHosts.open(HOME, List.of(RED, BLUE), this::options, told);
    } catch (IOException e) {
      Assumptions.abort(e.toString());
    }
    found = told.resynchronized();
  }

  @AfterEach
  void everythingEnds() throws Exception {
    hosts.shutdown(Duration.ZERO);
    told.disconnected();
    assertEquals(List.of(), sockets());
  }

  @Test
  void aTenantSeesNeitherTheProcessesNorTheFilesOfAnother() throws Exception {
    spawn(RED, 1, "sh", "-c", "touch /tmp/mine /dev/shm/mine; exec sleep 1000");
    told.started(1);
    spawn(BLUE, 2, "sh", "-c", "cat /proc/[0-9]*/comm; ls /tmp/mine /dev/shm/mine; kill -9 2");
    told.exited(2);
    assertEquals(Set.of("nefele-init", "sh"), Set.copyOf(lines("out-2")));
    spawn(RED, 3, "ls", "/tmp/mine", "/dev/shm/mine");
    assertEquals(new ProcessEnding.ExitCode(0), told.exited(3).ending());
    assertEquals(2, lines("out-3").size());
  }

  @Test
  void namespacesComeWithTheFirstProcessOfATenant_andGoWithItsLast() throws Exception {
    assertEquals(List.of("home.sock"), sockets());
    spawn(RED, 1, "readlink", "/proc/self/ns/pid");
    spawn(RED, 2, "readlink", "/proc/self/ns/pid");
    told.exited(1);
    told.exited(2);
    assertEquals(lines("out-1"), lines("out-2"));
    assertEquals(List.of("home.sock", "red.sock"), sockets());

    hosts.acknowledge(List.of(1L, 2L));
    // The next one waits until what was before is gone.
    spawn(RED, 3, "readlink", "/proc/self/ns/mnt");
    told.exited(3);
    spawn(BLUE, 4, "readlink", "/proc/self/ns/mnt");
    told.exited(4);
    assertNotEquals(lines("out-3"), lines("out-4"));
  }

  @Test
  void anotherAgentFindsTheProcessesOfAllTenants_andMeasuresThemTogether() throws Exception {
    spawn(RED, 1, "sleep", "1000");
    spawn(BLUE, 2, "sh", "-c", "exit 7");
    told.started(1);
    told.exited(2);
    hosts.close();
    told = new Told();
    open();
    assertEquals(
        Set.of(1L, 2L),
        found.standings().stream().map(HostEvent.Standing::token).collect(Collectors.toSet()));

    hosts.measure();
    told.measured();
    hosts.acknowledge(List.of(2L));
    hosts.signal(1, 9, ProcessHost.Scope.TREE);
    assertEquals(new ProcessEnding.Signal(9), told.exited(1).ending());
  }

  @Test
  void whenATenantsInitIsKilled_itsProcessesAreToldToHaveEnded_andOthersGoOn() throws Exception {
    Assumptions.assumeTrue(found.isolation() != Isolation.NONE);
    spawn(RED, 1, "sleep", "1000");
    spawn(BLUE, 2, "sleep", "1000");
    told.started(1);
    told.started(2);

    inits(RED).forEach(ProcessHandle::destroyForcibly);
    assertEquals(new ProcessEnding.Signal(9), told.exited(1).ending());
    hosts.acknowledge(List.of(1L));
    spawn(RED, 3, "true");
    assertEquals(new ProcessEnding.ExitCode(0), told.exited(3).ending());
    hosts.signal(2, 15, ProcessHost.Scope.PROCESS);
    assertEquals(new ProcessEnding.Signal(15), told.exited(2).ending());
  }

  @Test
  void aTenantWhoseInitCanNotBeStarted_isToldSo_andAnotherIsNot() throws Exception {
    refused = Optional.of(RED);
    spawn(RED, 1, "true");
    assertEquals(LaunchFailure.Reason.NO_HOST, told.failed(1).reason());
    spawn(BLUE, 2, "true");
    assertEquals(new ProcessEnding.ExitCode(0), told.exited(2).ending());
  }

  private InitOptions options(Name tenant) throws IOException {
    if (refused.equals(Optional.of(tenant))) {
      throw new IOException("this server has no room for " + tenant);
    }
    InitOptions usual =
        InitOptions.below(
            directory, Optional.empty(), Duration.ofSeconds(60), Duration.ofMillis(200));
    return usual.at(directory.resolve(tenant + ".sock"));
  }

  private void spawn(Name tenant, long token, String... argv) {
    hosts.spawn(
        tenant,
        new Launch(
            token,
            false,
            List.of(argv),
            Map.of("PATH", "/usr/bin:/bin"),
            Path.of("/"),
            Path.of("out-" + token),
            Path.of("err"),
            Optional.empty()));
  }

  private List<String> lines(String output) throws IOException {
    return Files.readAllLines(directory.resolve("logs").resolve(output));
  }

  private List<String> sockets() throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".sock"))
          .sorted()
          .toList();
    }
  }

  private List<ProcessHandle> inits(Name tenant) {
    String socket = directory.resolve(tenant + ".sock").toString();
    List<ProcessHandle> found =
        ProcessHandle.allProcesses()
            .filter(process -> process.info().commandLine().orElse("").contains(socket))
            .toList();
    assertTrue(!found.isEmpty());
    return found;
  }
}
