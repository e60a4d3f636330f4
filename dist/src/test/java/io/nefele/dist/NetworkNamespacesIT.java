package io.nefele.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents that are servers to each other: each in a network namespace with its own address. */
@Timeout(240)
class NetworkNamespacesIT {
  @TempDir Path directory = Path.of("");
  private Installed nefele = Installed.withHome(directory, directory);

  @BeforeEach
  void install() {
    nefele = Installed.withHome(directory.resolve("h"), directory);
  }

  @AfterEach
  void leaveNothing() throws Exception {
    nefele.lines("down");
    assertEquals("", namespaces());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--no-multicast"})
  void agentsFindEachOther_byMulticastWithNoSeed_andBySeedWithoutMulticast(String discovery)
      throws Exception {
    assumeTrue(isRoot(), "network namespaces are made by root");
    List<String> up =
        discovery.isEmpty()
            ? nefele.lines("up", "3", "--netns")
            : nefele.lines("up", "3", "--netns", discovery);
    assertTrue(up.getLast().startsWith("one fabric of 3 agents"), up.toString());
    assertEquals(
        3,
        up.stream()
            .filter(line -> line.contains(":4747"))
            .map(NetworkNamespacesIT::host)
            .distinct()
            .count());
    String id = nefele.lines("spawn", "--at", "1", "--", "sleep", "600").getFirst();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!nefele.run("ps", "--at", "3").out().contains(id)) {
      assertTrue(System.nanoTime() < deadline, "agent 3 does not list " + id);
    }
  }

  private static String host(String line) {
    return line.replaceFirst(".* ([0-9.]+):4747.*", "$1");
  }

  private static boolean isRoot() throws Exception {
    return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  /** This test's namespaces; their names carry the fabric's. */
  private String namespaces() throws Exception {
    Process list = new ProcessBuilder("ip", "netns", "list").start();
    String all = new String(list.getInputStream().readAllBytes(), UTF_8);
    list.waitFor();
    return all.strip();
  }
}
