package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that leave a server, on a real fabric of three. */
@Timeout(180)
class DrainIT {
  @TempDir static Path directory = Path.of("");
  private static Installed nefele = Installed.withHome(directory, directory);

  @BeforeAll
  static void up() {
    nefele = Installed.withHome(directory.resolve("h"), directory);
    nefele.lines("up", "3");
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
  void drainedAgent_hasItsProcessesMovedUnderTheirNames_andTakesNoneUntilItIsUndrained() {
    String id =
        nefele
            .lines("spawn", "--name", "svc", "--restart", "always", "--", "sleep", "300")
            .getFirst();
    String agent = agentOf(id);
    nefele.lines("agent", "drain", agent);

    String moved = awaitSuccessor("svc", id);

    assertNotEquals(agent, agentOf(moved));
    assertEquals(List.of(id + " exited 143"), nefele.lines("wait", id));
    assertTrue(nefele.shell("nefele agents | grep drained").out().contains(agent));
    List<String> others = nefele.lines("spawn", "-n", "6", "--", "sleep", "300");
    assertFalse(others.stream().map(DrainIT::agentOf).toList().contains(agent), others::toString);

    nefele.lines("agent", "undrain", agent);
    assertFalse(nefele.shell("nefele agents").out().contains("drained"));
  }

  @Test
  void processOfALostAgent_runsElsewhereUnderItsName_andOnceOnlyWhenTheAgentReturns() {
    String id =
        nefele
            .lines("spawn", "--name", "kept", "--reschedule", "1s", "--", "sleep", "300")
            .getFirst();
    nefele.lines("agent", "kill9", Integer.toString(numberOf(id)));

    String successor = awaitSuccessor("kept", id);
    nefele.lines("up", "3");

    assertNotEquals(agentOf(id), agentOf(successor));
    assertEquals(List.of(id + " exited 137"), nefele.lines("wait", id));
    assertEquals(
        List.of(successor),
        nefele.shell("nefele ps | grep ' kept ' | cut -d ' ' -f 1").lines(),
        "one of that name");
  }

  /** Of a process that runs under {@code name} and is not {@code old}. */
  private static String awaitSuccessor(String name, String old) {
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

  private static String agentOf(String process) {
    return process.substring(0, process.indexOf('.'));
  }

  private static int numberOf(String process) {
    return nefele.lines("agents").stream()
        .filter(line -> line.contains(agentOf(process)))
        .map(line -> Integer.parseInt(line.substring(0, line.indexOf(' '))))
        .findFirst()
        .orElseThrow();
  }
}
