package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response.AgentRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Where processes come to run, on a real fabric of three. */
@Timeout(120)
class PlacementIT {
  @TempDir Path directory = Path.of("");
  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();
  private final Installed nefele = FABRIC.nefele();

  /** The agents that processes are on: their ids begin with that of their agent. */
  private static List<String> agents(List<String> ids) {
    return ids.stream().map(SharedFabric::agentOf).toList();
  }

  @Test
  void clusterOfDissimilarProcesses_isSpawnedAsAWholeOrNotAtAll() throws IOException {
    Path spec = directory.resolve("cluster.yaml");
    String content =
        """
        processes:
          - name: front
            count: 3
            command: [sleep, 300]
            anti-affinity: front
          - name: back
            command: sleep 300
            affinity: front
            mem: 64M
        """;
    Files.writeString(spec, content);
    List<String> ids = nefele.lines("spawn", "-f", spec.toString());
    assertEquals(4, ids.size());
    assertEquals(3, agents(ids.subList(0, 3)).stream().distinct().count());
    Files.writeString(spec, content.replace("count: 3", "count: 4").replace("front", "other"));
    Installed.Ended refused = nefele.run("spawn", "-f", spec.toString());
    assertEquals(4, refused.exitCode(), refused::toString);
    assertTrue(refused.err().contains("one on each server: 3"), refused::toString);
    assertEquals(5, nefele.lines("ps").size());
  }

  @Test
  void planHoldsItsPlaces_andSpawnTakesThem() {
    String cores =
        nefele
            .shell("nefele agents --json | grep -o '\"cpu\":[0-9]*' | head -1 | cut -d : -f 2")
            .out()
            .strip();
    List<String> each = List.of("-n", "3", "--cpu", cores, "--", "sleep", "300");
    List<String> planned = nefele.lines(with("plan", each));
    String last = planned.getLast();
    String plan = last.substring(last.indexOf("plan-"));
    Installed.Ended refused = nefele.run("spawn", "--cpu", "0.001", "--", "true");
    assertEquals(4, refused.exitCode(), refused::toString);
    List<String> ids = nefele.lines("spawn", "--plan", plan);
    assertEquals(3, agents(ids).stream().distinct().count());
    List<String> explained = nefele.lines("explain", ids.getFirst(), "--at", "2");
    assertTrue(explained.getLast().startsWith("3 of 3 fit; 3 agents asked"), explained::toString);
    Installed.Ended again = nefele.run("spawn", "--plan", plan);
    assertEquals(4, again.exitCode(), again::toString);
  }

  private static String[] with(String command, List<String> options) {
    return Stream.concat(Stream.of(command), options.stream()).toArray(String[]::new);
  }

  @Test
  void constraintsOnServers_areKeptOrRefusedWithTheClosestFit() {
    List<String> ids =
        nefele.lines("spawn", "-n", "2", "--constraint", "agent=agent-3", "--", "sleep", "300");
    String third = nefele.shell("nefele agents | awk '$1 == 3 {print $2}'").out().strip();
    assertEquals(1, agents(ids).stream().distinct().count());
    assertTrue(ids.getFirst().startsWith(third), () -> ids + " " + third);
    Installed.Ended refused =
        nefele.run("spawn", "--constraint", "agent=agent-7", "--", "sleep", "300");
    assertEquals(4, refused.exitCode(), refused::toString);
    assertTrue(refused.err().contains("agent is agent-1 or agent-2 or agent-3"), refused::toString);
  }

  @Test
  void aProgramIsPlacedByWhatItUsedBefore() throws IOException {
    Files.writeString(
        directory.resolve("fat.py"),
        """
        memory = bytearray(300 << 20)
        memory[::4096] = b"1" * (len(memory) // 4096)
        """);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> work = List.of("--cwd", directory.toString(), "--at", "2", "--", "python3");
    Installed.Ended first = nefele.run(fat("run", work));
    assertEquals(0, first.exitCode(), first::toString);
    awaitHistory("python3 fat.py");
    fill("agent-1");
    fill("agent-2");
    String id = nefele.lines(fat("spawn", work)).getFirst();
    assertEquals(List.of(agent("agent-3").id()), agents(List.of(id)));
    String inspected = nefele.run("inspect", id).out();
    assertTrue(inspected.contains("set aside (by what the program used before)"), inspected);
    String explained = nefele.run("explain", "--at", "2", id).out();
    assertTrue(explained.contains("filled in: mem "), explained);
    assertTrue(explained.contains("from history (1 run)"), explained);
    assertEquals(0, nefele.run("wait", id).exitCode());
    fill("agent-3");
    Installed.Ended refused = nefele.run(fat("plan", work));
    assertEquals(4, refused.exitCode(), refused::toString);
    assertTrue(refused.err().contains("--mem says otherwise"), refused::toString);
    assertEquals(
        0, nefele.run(fat("plan", List.of(with("--mem=0", work)))).exitCode(), "without a guess");
  }

  private static String[] fat(String command, List<String> options) {
    return Stream.concat(Stream.of(with(command, options)), Stream.of("fat.py"))
        .toArray(String[]::new);
  }

  /** Until the agents that do not run it know of it as well. */
  private void awaitHistory(String program) {
    for (String at : List.of("1", "2", "3")) {
      while (nefele.run("history", "--at", at, program).exitCode() != 0) {
        // The whole test has a limit of time.
        Thread.onSpinWait();
      }
    }
  }

  /** Leaves a hole of 100 MiB. */
  private void fill(String agent) {
    long bytes = agent(agent).memoryBytesFree() - (100 << 20);
    nefele.lines(
        "spawn", "--constraint", "agent=" + agent, "--mem", bytes + "", "--", "sleep", "300");
  }

  private static AgentRow agent(String name) {
    try (Nefele connection = Nefele.connect(FABRIC.socket(1), Duration.ofSeconds(5))) {
      return connection.askAgents("", Duration.ofSeconds(5)).agents().stream()
          .filter(agent -> agent.name().equals(name))
          .findFirst()
          .orElseThrow();
    } catch (NefeleException e) {
      throw new AssertionError(e);
    }
  }
}
