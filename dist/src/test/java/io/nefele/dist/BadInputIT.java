package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people get wrong, on a real fabric: an exit code, and a line or two with the remedy. */
@Timeout(120)
class BadInputIT {
  private static final String NOBODY = "7h3kq2m9x4.1.17";

  @TempDir Path directory = Path.of("");
  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();
  private final Installed nefele = FABRIC.nefele();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kill NOBODY            | 1 | there is no process NOBODY",
        "inspect NOBODY         | 1 | there is no process NOBODY",
        "logs NOBODY            | 1 | there is no process NOBODY",
        "wait NOBODY            | 1 | there is no process NOBODY",
        "send NOBODY hello      | 1 | there is no process NOBODY",
        "recv --as NOBODY       | 1 | there is no process NOBODY",
        "kill nobody            | 2 | 'nobody' is not a process id (as in 7h3kq2m9x4.1.17)",
        "send nobody hello      | 1 | nobody is behind 'nobody'; 'nefele ps' lists",
        "send tcp://db hello    | 2 | 'tcp://db' is not of the form tcp://HOST:PORT",
        "call http://db:x/ hello | 2 | is not of the form http://HOST[:PORT][/PATH]",
        "tenant create t --outside 10.0 | 2 | '10.0' is no rule for what is outside: none, or any",
        "send nowhere:/web hello | 1 | there is no fabric 'nowhere' here; none is known",
        "call dc2:/tcp://db:1 hello | 2 | and nobody outside of it",
        "fabric add             | 2 | say which fabric: 'nefele fabric add NAME'",
        "fabric add any http://db | 2 | 'any' is no name for a fabric",
        "fabric add dc2         | 2 | say where 1 to 8 of its gateways are",
        "fabric add dc2 ftp://db | 2 | a gateway is at http://HOST[:PORT]",
        "fabric add dc2 http://db/x | 2 | without a path, not at 'http://db/x'",
        "fabric add dc2 http://db --key-file /nowhere | 2 | /nowhere does not exist",
        "fabric remove nowhere  | 1 | there is no fabric 'nowhere' here; 'nefele fabric' lists",
        "fabric list x http://db | 2 | only 'nefele fabric add' takes URLs",
        "expose --gateway       | 2 | 'nefele expose --gateway --port P'",
        "lookup nobody          | 1 | nobody has the name 'nobody'; 'nefele ps' lists",
        "recv --as me --timeout 100ms | 5 | no message came to me in time; wait longer",
        "spawn -n 0 -- true     | 2 | -n 0: from 1 to",
        "spawn                  | 2 | give a COMMAND after --",
        "spawn --resource gpu=1 -- true | 4 | no agent has a resource 'gpu'; there are none",
        "spawn --constraint zoen=a -- true | 4 | no agent has a label 'zoen'; there are agent",
        "spawn --affinity nobody -- true | 4 | does not meet 'affinity nobody'",
        "spawn --constraint agent=a --constraint agent=b -- true | 4 | contradict each other",
        "spawn --spread zone=x -- true | 2 | is no constraint: spread over server",
        "spawn -n 1000000 --cpu 1 -- true | 4 | more than the whole fabric has room for",
        "spawn --plan nothing    | 4 | 'nothing' is no plan of this agent",
        "spawn --timeout 1ms -n 200 -- sleep 9 | 5 | not all there in the time given",
        "explain NOBODY         | 1 | no agent remembers how NOBODY was placed",
        "spawn -- no-such-thing | 4 | 'no-such-thing': the command was not found",
        "spawn -- /etc/passwd   | 4 | '/etc/passwd': there is no permission to execute the command",
        "spawn -n 3 -- /etc     | 4 | '/etc': there is no permission to execute the command",
        "spawn --mem 4K -- true | 4 | less than any program needs",
        "spawn --isolation best -- true | 2 | isolation is none, userns or full",
        "spawn --cpu 9999 -- true | 4 | no agent is large enough for 9999.0 cores",
        "ps --at 9              | 2 | has no agent of that number; 'nefele agents' lists them",
        "ps --socket /nowhere   | 3 | no agent runs at /nowhere; start one with 'nefele up N'",
        "ps --socket /etc/passwd | 3 | no agent answers at /etc/passwd",
        "agent kill9 9          | 2 | has no agent 9; 'nefele agents' lists them",
        "up 0                   | 2 | a local fabric has 1 to 1000 agents",
        "up 2                   | 2 | agent 3 runs already; stop it with",
        "frobnicate             | 2 | there is no command 'frobnicate'; see 'nefele help'",
        "agent --bind 0.0.0.0   | 2 | --bind is the one address by which others reach",
        "agent --bind a.invalid | 2 | --bind is an address of this server or a name for one",
        "agent --seed host:x    | 2 | --seed is HOST or HOST:PORT, not 'host:x'",
        "sim --faults awful     | 2 | no fault profile is called 'awful'",
        "sim --seed many        | 2 | 'many' is not a long"
      })
  void oneLineNamesItAndTheRemedy(String command, int exitCode, String message) {
    Installed.Ended ended = nefele.run(command.replace("NOBODY", NOBODY).split(" +"));
    assertEquals(exitCode, ended.exitCode(), ended::toString);
    assertTrue(ended.err().contains(message.replace("NOBODY", NOBODY)), ended::toString);
    assertTrue(ended.err().lines().count() <= 2, ended::toString);
    assertEquals("", ended.out(), ended::toString);
  }

  @Test
  void hugeMessage_isRefusedWithTheLimit() {
    Installed.Ended ended = nefele.shell("head -c 100000000 /dev/zero | nefele send anybody -");
    assertEquals(2, ended.exitCode(), ended::toString);
    assertTrue(ended.err().contains("a message has at most 67108864 bytes (64 MiB)"), ended::err);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void portInUse_isNamedAndLeavesNothing(int above) throws IOException {
    Path state = directory.resolve("in-use-" + above);
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Installed.Ended ended =
          nefele.run(
              "agent",
              "--bind=127.0.0.1",
              "--port=" + (taken.getLocalPort() - above),
              "--no-multicast",
              "--state=" + state,
              "--socket=" + state.resolve("s"));
      assertEquals(1, ended.exitCode(), ended::toString);
      assertTrue(
          ended.err().contains("port " + taken.getLocalPort() + " of 127.0.0.1 is in use"),
          ended::toString);
      assertEquals(1, ended.err().lines().count(), ended::toString);
    }
    assertEquals(
        List.of(),
        ProcessHandle.allProcesses()
            .map(process -> process.info().commandLine().orElse(""))
            .filter(line -> line.contains(state.toString()))
            .toList());
  }

  @Test
  void anotherUsersAgent_isNotToBeAsked() throws IOException {
    assumeTrue(
        Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")),
        "only root can become somebody else");
    for (Path way : List.of(directory, FABRIC.home().resolve("..").normalize())) {
      Files.setPosixFilePermissions(way, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Installed copy = nefele.copyTo(directory.resolve("copy"));
    for (String command : List.of("ps", "up 3", "down")) {
      Installed.Ended ended =
          copy.shell("setpriv --reuid 65534 --regid 65534 --clear-groups nefele " + command);
      assertEquals(command.equals("ps") ? 3 : 4, ended.exitCode(), ended::toString);
      assertTrue(
          ended.err().contains("permission denied") || ended.err().contains("not a directory of"),
          ended::toString);
      assertEquals(1, ended.err().lines().count(), ended::toString);
    }
  }

  @Test
  void jsonIsOneDocument() throws IOException {
    String id = document("spawn", "--json", "--name", "json", "--", "sleep", "600");
    String process = id.replaceAll("[^a-z0-9.]", "");
    nefele.lines("send", process, "a message");
    document("agents", "--json");
    document("groups", "--json");
    document("status", "--json");
    document("ps", "--json");
    document("history", "--json");
    document("ps", "--json", "--all-states");
    document("inspect", "--json", process);
    document("lookup", "--json", "json");
    document("recv", "--json", "--as", process);
    nefele.lines("kill", process);
    document("wait", "--json", process);
  }

  private String document(String... command) throws IOException {
    Installed.Ended ended = nefele.run(command);
    assertEquals(0, ended.exitCode(), ended::toString);
    assertEquals("", ended.err());
    try (JsonParser json = new JsonFactory().createParser(ended.out())) {
      JsonToken first = json.nextToken();
      assertTrue(first == JsonToken.START_ARRAY || first == JsonToken.START_OBJECT, ended::out);
      json.skipChildren();
      assertNull(json.nextToken(), ended::out);
    }
    return ended.out();
  }
}
