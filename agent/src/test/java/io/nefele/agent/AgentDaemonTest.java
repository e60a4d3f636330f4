package io.nefele.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.agent.linux.HostEvent;
import io.nefele.agent.linux.InitOptions;
import io.nefele.agent.linux.InitProcessHost;
import io.nefele.agent.linux.Isolation;
import io.nefele.core.Endpoint;
import io.nefele.core.Name;
import io.nefele.placement.Resources;
import io.nefele.placement.ServerFacts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AgentDaemonTest {
  /** As whom an agent's own user acts. */
  private static final Name HOME = new Name(System.getProperty("user.name", ""));

  @TempDir private Path directory = Path.of("");

  @Test
  void agentWhosePortIsTaken_saysSoAndEndsTheInitThatItStarted() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      StartFailure refusal = refusal(taken.getLocalPort());
      assertTrue(
          refusal.toString().contains("port " + taken.getLocalPort() + " of 127.0.0.1 is in use"),
          refusal::toString);
    }
    for (ProcessHandle init : inits()) {
      init.onExit().get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void agentWhoseUpperPortIsTaken_saysThatItNeedsBoth() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      StartFailure refusal = refusal(taken.getLocalPort() - 1);
      assertTrue(refusal.toString().contains("--port and the one above it"), refusal::toString);
    }
  }

  @Test
  void agentThatDoesNotStart_leavesTheInitThatWasThere() throws Exception {
    CompletableFuture<HostEvent.Resynchronized> there = new CompletableFuture<>();
    CountDownLatch gone = new CountDownLatch(1);
    TenantPlaces places = new TenantPlaces(directory);
    places.make(HOME);
    InitOptions usual =
        InitOptions.below(
            directory, Optional.of(Isolation.NONE), Duration.ofSeconds(60), Duration.ZERO);
    InitOptions options = usual.at(places.init(HOME));
    InitProcessHost before =
        InitProcessHost.open(
            options,
            event -> {
              switch (event) {
                case HostEvent.Resynchronized all -> there.complete(all);
                case HostEvent.Disconnected lost -> gone.countDown();
                default -> {}
              }
            });
    there.get(10, TimeUnit.SECONDS);
    before.close();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      refusal(taken.getLocalPort());
    }
    assertEquals(1, inits().size());
    InitProcessHost after = InitProcessHost.open(options, event -> ended(event, gone));
    assertTrue(!after.started());
    after.shutdown(Duration.ZERO);
    assertTrue(gone.await(10, TimeUnit.SECONDS));
  }

  private static void ended(HostEvent event, CountDownLatch gone) {
    if (event instanceof HostEvent.Disconnected) {
      gone.countDown();
    }
  }

  private StartFailure refusal(int port) {
    AgentOptions options =
        new AgentOptions(
            directory,
            directory.resolve("agent.sock"),
            new Endpoint("127.0.0.1", port),
            List.of(),
            false,
            new Name("test"),
            new Name("test"),
            0,
            8,
            new TreeMap<>(),
            Optional.of(Isolation.NONE),
            true,
            true,
            new Resources(1000, 1 << 20),
            ServerFacts.NONE,
            1 << 20);
    return assertThrows(StartFailure.class, () -> AgentDaemon.start(options));
  }

  /** The inits whose command line names this test's directory. */
  private List<ProcessHandle> inits() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(directory.toString()))
        .toList();
  }
}
