package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the tools of the operating system show inside of a process. */
@Timeout(240)
class ViewIT {
  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();
  private final Installed nefele = FABRIC.nefele();

  @BeforeEach
  void threeProcessesOnAllServers() {
    nefele.lines("spawn", "-n", "3", "--spread", "server", "--", "sleep", "4711");
  }

  @Test
  void psListsTheProcessesOnAllServers_andNothingElseOfThisOne() {
    List<String> rows = nefele.lines("run", "--", "ps", "-eo", "args");
    assertEquals(3, rows.stream().filter("sleep 4711"::equals).count(), rows::toString);
    assertTrue(rows.stream().noneMatch(row -> row.contains("java")), rows::toString);
    assertEquals(3, nefele.lines("run", "--", "pgrep", "-f", "^sleep 4711").size());
    List<String> top = nefele.lines("run", "--", "top", "-b", "-n1");
    assertEquals(3, top.stream().filter(row -> row.endsWith(" sleep")).count(), top::toString);
  }

  @Test
  void killAndPkillReachProcessesOnOtherServers() {
    nefele.lines("run", "--", "sh", "-c", "/bin/kill -TERM $(pgrep -n sleep)");
    awaitSleeping(2);
    nefele.lines("run", "--", "pkill", "-KILL", "sleep");
    awaitSleeping(0);
    Installed.Ended nobody = nefele.run("run", "--", "/bin/kill", "2147483646");
    assertEquals(1, nobody.exitCode());
    assertTrue(nobody.err().contains("no such process in the fabric"), nobody::toString);
  }

  private void awaitSleeping(int count) {
    String line = "until [ $(nefele ps | grep -c 'sleep 4711') = " + count + " ]; do :; done";
    assertEquals(0, nefele.shell(line).exitCode());
  }
}
