package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two tenants whose processes run on the same servers, as root where this is run as root. */
@Timeout(120)
class TenantIT {
  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();
  private final Installed nefele = FABRIC.nefele();

  @BeforeEach
  void createTenants() {
    nefele.lines("tenant", "create", "red");
    nefele.lines("tenant", "create", "blue");
    nefele.lines("spawn", "--tenant", "red", "-n", "6", "--name", "pool", "--", "sleep", "4712");
    nefele.lines("spawn", "--tenant", "red", "-n", "6", "--ship", "--", "/bin/echo", "red's");
  }

  @AfterEach
  void removeTenants() {
    nefele.shell("nefele kill -s KILL $(nefele ps --tenant red | awk 'NR>1 {print $1}')");
    nefele.shell("until nefele tenant remove red; do :; done");
    nefele.shell("until nefele tenant remove blue; do :; done");
  }

  @Test
  void processesOfATenantAreThatTenantAlone_andFindNothingOfAnother() {
    Assumptions.assumeFalse(nefele.shell("nefele agents").out().contains(" none "));
    String red = nefele.lines("ps", "--tenant", "red").get(1).split(" ")[0];

    String tour =
        """
        nefele ps | grep -c '471[2]'
        pgrep -f 'slee[p] 4712' | wc -l
        cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -c 'slee[p] 4712'
        find CACHES -maxdepth 1 -name red | wc -l
        nefele kill KILLED && echo killed
        nefele inspect KILLED && echo seen
        nefele send pool hello && echo sent
        nefele ps --tenant red && echo as red
        nefele tenant create green && echo created
        nefele agent drain 1 && echo drained
        true
        """;
    Installed.Ended toured =
        nefele.run(
            "run",
            "--tenant",
            "blue",
            "--",
            "sh",
            "-c",
            tour.replace("KILLED", red).replace("CACHES", FABRIC.home() + "/agents/*/bundles"));

    assertEquals(List.of("0", "0", "0", "0"), toured.out().lines().toList(), toured::toString);
    assertTrue(
        toured.err().contains("a process of tenant 'blue' acts as no other"), toured::toString);
    assertEquals(7, nefele.lines("ps", "--tenant", "red").size(), "a heading and six processes");
  }
}
