package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Messages from the shared fabric to another real one, through gateways of that. */
@Timeout(120)
class GatewaysIT {
  private static final String SERVER =
      "while nefele recv --reply \"$NEFELE_ID\" >/dev/null; do :; done";

  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();
  @TempDir static Path directory = Path.of("");
  private final Installed near = FABRIC.nefele();
  private int port;

  private static Path home() {
    return directory.resolve("h");
  }

  private static Installed far() {
    return Installed.withHome(home(), directory);
  }

  @BeforeAll
  static void up() {
    far().lines("up", "1");
  }

  @AfterAll
  static void down() {
    far().lines("down");
    assertFalse(Files.exists(home()));
  }

  /** A gateway of the other fabric, which the shared one knows. */
  @BeforeEach
  void open() throws IOException {
    port = freePort();
    far().lines("expose", "--gateway", "--port", Integer.toString(port));
    near.lines("fabric", "add", "dc2", at(port));
  }

  @AfterEach
  void close() {
    far().run("unexpose", Integer.toString(port));
    near.run("fabric", "remove", "dc2");
    far().shell("nefele kill -s KILL $(nefele ps | awk 'NR > 1 { print $1 }')");
    near.run("tenant", "remove", "inside");
  }

  private static String serve(String name) {
    return far().lines("spawn", "--name", name, "--", "sh", "-c", SERVER).getFirst();
  }

  @Test
  void aProcessOfAnotherFabric_isCalled_byItsNameAndItsId_fromEachAgent() {
    String id = serve("called");
    for (String to : List.of("dc2:/called", "dc2:/any:called?by=least-loaded", "dc2:/" + id)) {
      assertEquals(List.of(id), near.lines("call", "--at", "1", to, "who?"));
    }
    // The agent that was not told of the fabric has heard of it by now or does so any moment.
    while (near.run("fabric", "--at", "2").lines().size() < 2) {
      Thread.onSpinWait();
    }
    assertEquals(List.of(id), near.lines("call", "--at", "2", "dc2:/called", "who?"));
    assertTrue(near.lines("lookup", "dc2:/called").getLast().contains(" outside "));
  }

  @Test
  void aMessageForAnotherFabric_isStoredThere() {
    String id = far().lines("spawn", "--name", "taker", "--", "nefele", "recv").getFirst();
    near.lines("send", "dc2:/all:taker", "over there");
    far().lines("wait", "--timeout", "20s", id);
    assertEquals(List.of("over there"), far().lines("logs", id));
  }

  @Test
  void aGatewayThatIsNotThere_isFollowedByTheNext() throws IOException {
    String id = serve("behind");
    String dead = at(freePort());
    near.lines("fabric", "add", "dc2", dead, at(port));
    // Each agent begins somewhere; the one that worked is tried first from then on.
    Installed.Ended first = near.run("call", "dc2:/behind", "who?");
    assertEquals(List.of(id), first.lines(), first::toString);
    near.lines("fabric", "add", "dc2", dead, at(port));
    assertEquals(List.of(id), near.lines("call", "dc2:/behind", "who?"));
  }

  @Test
  void whomNobodyThereIs_isNamed() {
    assertFailed(near.run("call", "dc2:/nobody", "who?"), 1, "nobody in fabric dc2 has that");
    assertFailed(near.run("send", "dc2:/7h3kq2m9x4.1.17", "hi"), 1, "7h3kq2m9x4.1.17");
  }

  @Test
  void whoTakesACallAndEnds_mayHaveDoneIt() {
    far().lines("spawn", "--name", "quitter", "--", "nefele", "recv");
    assertFailed(near.run("call", "dc2:/quitter", "who?"), 5, "the message may have been taken");
  }

  @Test
  void anUnknownFabric_isNamed_andHowItIsAdded() {
    assertFailed(near.run("call", "dc3:/web", "who?"), 1, "known are dc2;");
    assertFailed(near.run("send", "dc3:/web", "hi"), 1, "nefele fabric add dc3");
  }

  @Test
  void aTenant_reachesAnotherFabric_whereItsRulesSaySo() {
    String id = serve("shown");
    near.lines("tenant", "create", "inside");
    assertFailed(
        near.run("call", "--tenant", "inside", "dc2:/shown", "who?"), 4, "may reach nothing");
    near.lines("tenant", "grant", "inside", "--outside", "any");
    assertFailed(
        near.run("call", "--tenant", "inside", "dc2:/shown", "who?"), 4, "the agent's own server");
    near.lines("tenant", "grant", "inside", "--outside", "dc2:/");
    assertEquals(List.of(id), near.lines("call", "--tenant", "inside", "dc2:/shown", "who?"));
  }

  @Test
  void whatOtherTenantsHaveThere_isNotReached() {
    far().lines("tenant", "create", "theirs");
    String id =
        far()
            .lines("spawn", "--tenant", "theirs", "--name", "hidden", "--", "sleep", "60")
            .getFirst();
    assertFailed(near.run("send", "dc2:/hidden", "hi"), 1, "nobody in fabric dc2 has that");
    assertFailed(near.run("send", "dc2:/" + id, "hi"), 1, "nobody in fabric dc2 has that");
    far().lines("kill", "-s", "KILL", id);
    far().lines("wait", id);
    far().lines("tenant", "remove", "theirs");
  }

  @Test
  void aGatewayWithAKey_takesNothingSignedWithAnother() throws IOException {
    String id = serve("locked");
    Path key = Files.writeString(directory.resolve("key"), "0123456789abcdef");
    Path other = Files.writeString(directory.resolve("other"), "0123456789abcdeg");
    far().lines("unexpose", Integer.toString(port));
    far()
        .lines(
            "expose", "--gateway", "--port", Integer.toString(port), "--key-file", key.toString());
    assertFailed(near.run("call", "dc2:/locked", "who?"), 4, "does not let it in");
    near.lines("fabric", "add", "dc2", at(port), "--key-file", other.toString());
    assertFailed(near.run("call", "dc2:/locked", "who?"), 4, "does not let it in");
    near.lines("fabric", "add", "dc2", at(port), "--key-file", key.toString());
    assertEquals(List.of(id), near.lines("call", "dc2:/locked", "who?"));
  }

  @Test
  void aGateway_isThereAgainWithItsAgent_andNoMoreWhenItIsGivenUp() {
    String id = serve("again");
    far().lines("agent", "kill9", "1");
    far().lines("up", "1");
    assertEquals(List.of(id), near.lines("call", "dc2:/again", "who?"));
    assertTrue(far().lines("expose").getLast().matches(".* " + port + " +fabric .* \\*"));
    far().lines("unexpose", Integer.toString(port));
    assertFailed(near.run("call", "dc2:/again", "who?"), 4, "no gateway of fabric dc2 took it");
  }

  private static void assertFailed(Installed.Ended ended, int exitCode, String why) {
    assertEquals(exitCode, ended.exitCode(), ended::toString);
    assertTrue(ended.err().contains(why), ended::toString);
  }

  private static String at(int port) {
    return "http://127.0.0.1:" + port;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
