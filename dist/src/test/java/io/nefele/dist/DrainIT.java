package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.lib.NefeleException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Processes that leave a server, on a real fabric of three. */
@Timeout(180)
class DrainIT {
  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();
  private final Installed nefele = FABRIC.nefele();

  @Test
  void drainedAgent_hasItsProcessesMovedUnderTheirNames_andTakesNoneUntilItIsUndrained() {
    String id =
        nefele
            .lines("spawn", "--name", "svc", "--restart", "always", "--", "sleep", "300")
            .getFirst();
    String agent = SharedFabric.agentOf(id);
    nefele.lines("agent", "drain", agent);

    String moved = awaitSuccessor("svc", id);

    assertNotEquals(agent, SharedFabric.agentOf(moved));
    assertEquals(List.of(id + " exited 143"), nefele.lines("wait", id));
    assertTrue(nefele.shell("nefele agents | grep drained").out().contains(agent));
    List<String> others = nefele.lines("spawn", "-n", "6", "--", "sleep", "300");
    assertFalse(
        others.stream().map(SharedFabric::agentOf).toList().contains(agent), others::toString);

    nefele.lines("agent", "undrain", agent);
    assertFalse(nefele.shell("nefele agents").out().contains("drained"));
  }

  @Test
  void serverThatTakesProcessesAgain_isMovedSomeWithADisruptionBudget_andAllGoOnToRun() {
    String empty = SharedFabric.agentOf(nefele.lines("spawn", "--", "true").getFirst());
    nefele.lines("agent", "drain", empty);
    List<String> before =
        nefele.lines(
            "spawn",
            "-n",
            "4",
            "--name",
            "level",
            "--cpu",
            "0.4",
            "--disruption-budget",
            "1",
            "--",
            "sleep",
            "300");
    assertFalse(
        before.stream().map(SharedFabric::agentOf).toList().contains(empty), before::toString);

    nefele.lines("agent", "undrain", empty);

    String moved =
        nefele
            .shell(
                "until nefele ps | grep '^"
                    + empty
                    + "[.]' | grep ' level .* running' | cut -d ' ' -f 1 | grep .; do :; done")
            .lines()
            .getFirst();
    assertFalse(before.contains(moved));
    nefele.shell("until [ $(nefele ps | grep -c ' level .* running') = 4 ]; do :; done");
  }

  @Test
  void processOfALostAgent_runsElsewhereUnderItsName_andOnceOnlyWhenTheAgentReturns()
      throws NefeleException {
    String id =
        nefele
            .lines("spawn", "--name", "kept", "--reschedule", "1s", "--", "sleep", "300")
            .getFirst();
    nefele.lines("agent", "kill9", Integer.toString(FABRIC.numberOf(id)));

    String successor = awaitSuccessor("kept", id);
    nefele.lines("up", "3");

    assertNotEquals(SharedFabric.agentOf(id), SharedFabric.agentOf(successor));
    assertEquals(List.of(id + " exited 137"), nefele.lines("wait", id));
    FABRIC.awaitJust(successor);
  }

  @Test
  void processThatWasMoved_runsElsewhereOnceMoreWhenThatAgentIsLost() throws NefeleException {
    String first =
        nefele
            .lines("spawn", "--name", "twice", "--reschedule", "1s", "--", "sleep", "300")
            .getFirst();
    nefele.lines("agent", "drain", SharedFabric.agentOf(first));
    String second = awaitSuccessor("twice", first);
    nefele.lines("agent", "undrain", SharedFabric.agentOf(first));
    nefele.lines("agent", "kill9", Integer.toString(FABRIC.numberOf(second)));

    String third = awaitSuccessor("twice", second);
    nefele.lines("up", "3");

    assertEquals(List.of(second + " exited 137"), nefele.lines("wait", second));
    FABRIC.awaitJust(third);
  }

  /** Of a process that runs under {@code name} and is not {@code old}. */
  private String awaitSuccessor(String name, String old) {
    return nefele
        .shell(
            "until nefele ps | grep -v '^"
                + old
                + "' | grep ' "
                + name
                + " .* running' | cut -d ' ' -f 1 | grep .; do :; done")
        .lines()
        .getFirst();
  }
}
