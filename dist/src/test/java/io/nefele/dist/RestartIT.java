package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are started again, on a real fabric of two. */
@Timeout(120)
class RestartIT {
  @TempDir static Path directory = Path.of("");
  private static Installed nefele = Installed.withHome(directory, directory);

  @BeforeAll
  static void up() {
    nefele = Installed.withHome(directory.resolve("h"), directory);
    nefele.lines("up", "2");
  }

  @AfterAll
  static void down() {
    nefele.lines("down");
  }

  @AfterEach
  void endAll() {
    nefele.shell("nefele kill -s KILL $(nefele ps | tail -n +2 | cut -d ' ' -f 1)");
    nefele.shell("nefele wait $(nefele ps | tail -n +2 | cut -d ' ' -f 1)");
  }

  @Test
  void processThatFails_isStartedAgainAsOftenAsItsPolicySays_andIsTheSameToAll() {
    String id =
        nefele
            .lines(
                "spawn",
                "--name",
                "flaky",
                "--restart",
                "on-failure:2",
                "--",
                "sh",
                "-c",
                "echo run; exit 3")
            .getFirst();

    assertEquals(List.of(id + " exited 3"), nefele.lines("wait", id));
    assertEquals(List.of("run", "run", "run"), nefele.lines("logs", id));
    String told = String.join("\n", nefele.lines("inspect", id, "--json", "--at", "2"));
    assertTrue(told.contains("\"restarts\":2") || told.contains("\"restarts\" : 2"), told);
  }

  @Test
  void processThatEndsWell_isLeftAloneByOnFailure() {
    String id = nefele.lines("spawn", "--restart", "on-failure", "--", "true").getFirst();

    assertEquals(List.of(id + " exited 0"), nefele.lines("wait", id));
  }

  @Test
  void processThatIsKilled_staysDown_evenIfItIsAlwaysStartedAgain() {
    String running = nefele.lines("spawn", "--restart", "always", "--", "sleep", "300").getFirst();
    String failing = nefele.lines("spawn", "--restart", "always", "--", "false").getFirst();

    nefele.lines("kill", running, failing);

    assertEquals(List.of(running + " exited 143"), nefele.lines("wait", running));
    assertEquals(1, nefele.lines("wait", failing).size());
  }

  @Test
  void agentThatCrashes_goesOnWithTheRestartsOfItsProcesses() {
    String id =
        nefele
            .lines("spawn", "--restart", "always:5", "--", "sh", "-c", "echo run; exit 1")
            .getFirst();

    nefele.lines("agent", "kill9", Integer.toString(numberOf(id)));
    nefele.lines("up", "2");

    assertEquals(List.of(id + " exited 1"), nefele.lines("wait", id));
    assertEquals(6, nefele.lines("logs", id).size());
  }

  /** Of the agent that runs the process. */
  private static int numberOf(String process) {
    String agent = process.substring(0, process.indexOf('.'));
    return nefele.lines("agents").stream()
        .filter(line -> line.contains(agent))
        .map(line -> Integer.parseInt(line.substring(0, line.indexOf(' '))))
        .findFirst()
        .orElseThrow();
  }
}
