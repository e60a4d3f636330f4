package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Processes that are started again, on a real fabric. */
@Timeout(120)
class RestartIT {
  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();
  private final Installed nefele = FABRIC.nefele();

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

    nefele.lines("agent", "kill9", Integer.toString(FABRIC.numberOf(id)));
    nefele.lines("up", "3");

    assertEquals(List.of(id + " exited 1"), nefele.lines("wait", id));
    assertEquals(6, nefele.lines("logs", id).size());
  }

  /** Of the agent that runs the process. */
}
