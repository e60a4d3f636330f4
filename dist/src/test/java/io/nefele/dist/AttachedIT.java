package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commands that stand for a process somewhere in the fabric. */
@Timeout(240)
class AttachedIT {
  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();
  private final Installed nefele = FABRIC.nefele();

  @Test
  void aProcessIsRunAsIfItWereHere_whereverItIs() {
    for (String at : List.of("1", "2")) {
      Installed.Ended ended =
          nefele.shell(
              "head -c 300000 /dev/zero | tr '\\0' x | nefele run --at "
                  + at
                  + " --name here -- /bin/sh -c 'wc -c; echo oops >&2; exit 7'");
      assertEquals("300000\n", ended.out());
      assertEquals("oops\n", ended.err());
      assertEquals(7, ended.exitCode());
    }
    Installed.Ended signalled =
        nefele.shell(
            "nefele run --name victim -- /bin/sleep 600 & run=$!;"
                + " until nefele lookup victim 2>/dev/null; do :; done >/dev/null;"
                + " kill -TERM $run; wait $run");
    assertEquals(128 + 15, signalled.exitCode(), signalled::toString);
    assertEquals(4, nefele.run("run", "--", "no-such-command").exitCode());
  }

  @Test
  void anotherIsStartedBesideAProcess_andOutputIsFollowed() {
    String id =
        nefele
            .lines("spawn", "--env", "A=b", "--", "/bin/sh", "-c", "echo up; exec sleep 600")
            .getFirst();
    for (String at : List.of("1", "2")) {
      Installed.Ended ended =
          nefele.run("exec", "--at", at, id, "--", "/bin/sh", "-c", "echo $A; exit 3");
      assertEquals("b\n", ended.out());
      assertEquals(3, ended.exitCode());
    }
    assertTrue(nefele.lines("top").stream().anyMatch(line -> line.startsWith(id)));
    Installed.Ended followed =
        nefele.shell(
            "nefele logs -f --at 1 "
                + id
                + " & one=$!; nefele logs -f --at 2 "
                + id
                + " & two=$!; nefele kill -s KILL "
                + id
                + "; wait $one; wait $two");
    assertEquals("up\nup\n", followed.out());
    assertEquals(List.of(id + " exited 137"), nefele.lines("wait", id));
    Installed.Ended late = nefele.run("exec", id, "--", "true");
    assertEquals(1, late.exitCode());
    assertTrue(late.err().contains("has ended"), late.err());
  }
}
