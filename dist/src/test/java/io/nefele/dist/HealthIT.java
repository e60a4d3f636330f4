package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that are checked, on a real agent. */
@Timeout(120)
class HealthIT {
  @TempDir Path directory = Path.of("");
  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();
  private final Installed nefele = FABRIC.nefele();

  @ParameterizedTest
  @ValueSource(strings = {"--health-cmd 'exit 1'", "--health-port 9", "--health-call"})
  void processThatFailsItsChecks_isEndedAndStartedAgain_asOftenAsItsPolicySays(String check) {
    String id =
        nefele
            .shell(
                "nefele spawn --restart on-failure:1 "
                    + check
                    + " --health-interval 100ms --health-timeout 200ms --health-retries 2"
                    + " -- sleep 300")
            .lines()
            .getFirst();

    assertEquals(List.of(id + " exited 143"), nefele.lines("wait", id));
    String told = nefele.shell("nefele inspect " + id).out();
    assertTrue(told.contains("unhealthy"), told);
    assertTrue(told.contains("restarts"), told);
  }

  @Test
  void processOfASpecFile_isHealthyOnceItsCheckSucceeds_andItsChecksAreListedNowhere()
      throws IOException {
    Path spec = directory.resolve("checked.yaml");
    Files.writeString(
        spec,
        """
        processes:
          - command: [sleep, 300]
            health-check: {command: "true", interval: 50ms}
        """);
    String id = nefele.lines("spawn", "-f", spec.toString()).getFirst();

    String told =
        nefele.shell("until nefele inspect " + id + " | grep ' healthy'; do :; done").out();

    assertTrue(told.contains("healthy"), told);
    assertEquals(2, nefele.lines("ps").size(), "a heading and one process");
    nefele.lines("kill", "-s", "KILL", id);
    nefele.lines("wait", id);
  }
}
