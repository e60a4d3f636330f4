package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Processes that give way to others of a higher priority, on a real fabric of three. */
@Timeout(180)
class PreemptionIT {
  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();
  private final Installed nefele = FABRIC.nefele();

  @Test
  void whatFindsNoRoom_isGivenIt_andWhatGaveWayComesBackWhenItEnds() {
    // Of which each server has room for one.
    String cpu = Double.toString(coresOfEach() * 0.75);
    nefele.lines(
        "spawn",
        "-n",
        "3",
        "--name",
        "low",
        "--restart",
        "always",
        "--cpu",
        cpu,
        "--",
        "sleep",
        "300");
    assertRefused(nefele.run("spawn", "--cpu", cpu, "--", "sleep", "300"), "no room");

    String high =
        nefele
            .lines(
                "spawn", "--name", "high", "--priority", "10", "--cpu", cpu, "--", "sleep", "300")
            .getFirst();
    String displaced =
        nefele
            .shell(
                "until nefele ps | grep ' low .*starting' | cut -d ' ' -f 1 | grep .; do :; done")
            .lines()
            .getFirst();

    assertEquals(SharedFabric.agentOf(high), SharedFabric.agentOf(displaced));
    assertTrue(
        nefele.lines("inspect", displaced).stream().anyMatch(line -> line.contains("preempted")));
    assertTrue(nefele.lines("explain", high).stream().anyMatch(line -> line.contains("give way")));
    nefele.lines("kill", high);
    nefele.shell("until [ $(nefele ps | grep -c ' low .*running') = 3 ]; do :; done");
    assertEquals(List.of(displaced + " exited 143"), nefele.lines("wait", displaced));
    nefele.shell("nefele kill $(nefele ps | grep ' low ' | cut -d ' ' -f 1)");
  }

  @Test
  void whatFindsNoQuota_isGivenIt_byTheLowestOfItsTenantAlone() {
    nefele.lines("tenant", "create", "few", "--processes", "2");
    String usual = nefele.lines("spawn --tenant few -- sleep 300".split(" ")).getFirst();
    String least =
        nefele.lines("spawn --tenant few --priority=-10 -- sleep 300".split(" ")).getFirst();
    assertRefused(nefele.run("spawn --tenant few --priority=-10 -- sleep 300".split(" ")), "quota");

    String more =
        nefele.lines("spawn --tenant few --priority 10 -- sleep 300".split(" ")).getFirst();

    assertEquals(List.of(least + " exited 143"), nefele.lines("wait", "--tenant", "few", least));
    nefele.lines("kill", "--tenant", "few", usual, more);
    nefele.lines("wait", "--tenant", "few", usual, more);
    nefele.lines("tenant", "remove", "few");
  }

  @Test
  void priorityThatIsNone_isRefusedWithItsRange() {
    assertTrue(
        nefele.run("spawn", "--priority", "101", "--", "true").err().contains("from -100 to 100"));
  }

  private double coresOfEach() {
    Matcher free = Pattern.compile(" [0-9.]+/([0-9.]+) ").matcher(nefele.lines("agents").getLast());
    assertTrue(free.find());
    return Double.parseDouble(free.group(1));
  }

  private static void assertRefused(Installed.Ended ended, String why) {
    assertEquals(4, ended.exitCode(), ended::toString);
    assertTrue(ended.err().contains(why), ended::toString);
  }
}
