package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The clients for C and Python on a fabric, each connected to two of its agents. */
@Timeout(240)
class ClientsIT {
  private static final Path CLIENTS = Path.of("../clients").toAbsolutePath().normalize();

  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();

  @TempDir Path directory = Path.of("");
  private final Installed nefele =
      FABRIC
          .nefele()
          .with("NEFELE_SOCKET", FABRIC.socket(1).toString())
          .with("SECOND", FABRIC.socket(2).toString());

  @Test
  void eachCallDoesWhatItSays_inC() {
    assertTour(CLIENTS.resolve("target/test-programs/tour").toString());
  }

  @Test
  void eachCallDoesWhatItSays_inPython() {
    assertTour(
        "PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="
            + nefele.root().resolve("lib/python")
            + " python3 "
            + CLIENTS.resolve("python/test/tour.py"));
  }

  @Test
  void aProgramIsBuiltWithWhatIsInstalled() {
    Path root = nefele.root();
    Path program = directory.resolve("tour");
    for (String library : new String[] {"libnefele.a", "libnefele.so"}) {
      Installed.Ended built =
          nefele.shell(
              "gcc -D_GNU_SOURCE -I%1$s/lib/c/include -o %2$s %3$s %1$s/lib/c/%4$s"
                  .formatted(root, program, CLIENTS.resolve("c/test/tour.c"), library));
      assertEquals(0, built.exitCode(), built::toString);
      assertTour("LD_LIBRARY_PATH=" + root.resolve("lib/c") + " " + program);
    }
  }

  private void assertTour(String program) {
    Installed.Ended ended = nefele.shell(program + " $SECOND");
    assertEquals("all calls did what they say\n", ended.out(), ended::toString);
    assertEquals(0, ended.exitCode(), ended::toString);
  }
}
