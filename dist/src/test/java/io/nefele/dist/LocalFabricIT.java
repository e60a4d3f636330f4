package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real agents and real processes, by the installed command alone. */
@Timeout(240)
class LocalFabricIT {
  private static final long HEALING_SECONDS = 30;

  private final ExecutorService background = Executors.newCachedThreadPool();
  @TempDir Path directory = Path.of("");
  private Path home = directory;
  private Installed nefele = Installed.withHome(directory, directory);

  @BeforeEach
  void install() {
    home = directory.resolve("h");
    nefele = Installed.withHome(home, directory);
  }

  @AfterEach
  void leaveNothing() throws IOException {
    background.shutdown();
    nefele.lines("down");
    assertFalse(Files.exists(home));
    assertEquals(List.of(), processesThatName(home.toString()));
  }

  @Test
  void processesAndMessages_reachAcrossAgents() {
    nefele.lines("up", "3");
    assertEquals(3, count(nefele.run("agents", "--json").out(), "\"state\":\"alive\""));
    assertTrue(nefele.lines("groups").getFirst().startsWith("top group "));

    List<String> ids =
        nefele.lines(
            "spawn", "-n", "6", "--name", "six", "--", "/bin/sh", "-c", "echo up; exec sleep 600");
    assertEquals(6, ids.size());
    assertTrue(ids.stream().map(id -> id.substring(0, 10)).distinct().count() > 1, ids.toString());
    for (String at : List.of("1", "2", "3")) {
      awaitTrue(
          () -> {
            String ps = nefele.run("ps", "--at", at, "--json").out();
            return count(ps, "\"state\":\"running\"") == 6 && ids.stream().allMatch(ps::contains);
          });
      assertEquals(List.of("up"), nefele.lines("logs", "--at", at, ids.getFirst()));
    }
    awaitTrue(() -> nefele.run("lookup", "six").lines().size() == 1 + 6);

    String answer =
        "message=$(nefele recv --with-sender); exec nefele send \"${message%%\t*}\" \"${message#*\t}\"";
    String far = nefele.lines("spawn", "--name", "far", "--", "/bin/sh", "-c", answer).getFirst();
    String other =
        nefele.lines("agents", "--at", "1").stream()
                .anyMatch(line -> line.startsWith("1 ") && line.contains(far.substring(0, 10)))
            ? "2"
            : "1";
    awaitTrue(() -> nefele.run("lookup", "--at", other, "far").exitCode() == 0);
    nefele.lines("send", "--at", other, "--as", "asker", "far", "there and back");
    assertEquals(
        List.of("there and back"),
        nefele.lines("recv", "--at", other, "--as", "asker", "--timeout", "20s"));
    assertEquals(List.of(far + " exited 0"), nefele.lines("wait", "--timeout", "20s", far));

    nefele.lines("kill", "-s", "KILL", ids.getFirst());
    assertEquals(
        List.of(ids.getFirst() + " exited 137"),
        nefele.lines("wait", "--timeout", "20s", ids.getFirst()));
  }

  @Test
  void crashedAgent_isMissedAndItsProcessesComeBackWithIt() throws Exception {
    nefele.lines("up", "3");
    List<String> ids = nefele.lines("spawn", "-n", "6", "--", "sleep", "600");
    String second =
        nefele.lines("agents", "--at", "2").stream()
            .filter(line -> line.startsWith("2 "))
            .map(line -> line.split(" +")[1])
            .findFirst()
            .orElseThrow();
    long there = ids.stream().filter(id -> id.startsWith(second)).count();
    assertTrue(there > 0, ids.toString());
    String on2 = ids.stream().filter(id -> id.startsWith(second)).findFirst().orElseThrow();
    nefele.lines("send", "--at", "2", "--as", "me", on2, "so that there is a mailbox 'me'");
    Future<Installed.Ended> received = inBackground("recv", "--at", "2", "--as", "me");
    Future<Installed.Ended> waited = inBackground("wait", "--at", "1", on2);
    Future<Installed.Ended> waitedAtHome = inBackground("wait", "--at", "2", on2);
    awaitTrue(() -> asking() == 3);
    nefele.lines("agent", "kill9", "2");
    awaitTrue(() -> count(nefele.run("ps", "--at", "1", "--json").out(), "\"lost\"") == there);
    assertEquals(3, nefele.run("ps", "--at", "2").exitCode());
    assertEquals(3, nefele.run("agent", "freeze", "2").exitCode());

    assertTrue(nefele.lines("up", "3").getLast().startsWith("one fabric of 3 agents"));
    awaitTrue(
        () -> {
          String ps = nefele.run("ps", "--at", "3", "--json").out();
          return count(ps, "\"running\"") == 6 && ids.stream().allMatch(ps::contains);
        });

    // Who waited has not noticed.
    awaitTrue(() -> nefele.run("lookup", "--at", "1", "me").exitCode() == 0);
    nefele.lines("send", "--at", "1", "me", "after the crash");
    assertEquals(List.of("after the crash"), result(received));
    nefele.lines("kill", "--at", "1", on2);
    assertEquals(List.of(on2 + " exited 143"), result(waited));
    assertEquals(List.of(on2 + " exited 143"), result(waitedAtHome));
  }

  @Test
  void upAfterAnUpThatWasKilled_makesItWhole() throws Exception {
    Process crashed =
        nefele
            .builder("up", "3")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("crashed.log").toFile())
            .start();
    awaitTrue(() -> Files.exists(home.resolve("agents/2/output.log")));
    crashed.destroyForcibly();
    assertTrue(crashed.waitFor(20, TimeUnit.SECONDS));
    assertTrue(nefele.lines("up", "3").getLast().startsWith("one fabric of 3 agents"));
    assertEquals(1 + 3, nefele.lines("agents").size());
    for (String agent : List.of("1", "2", "3")) {
      nefele.lines("agent", "kill9", agent);
    }
    assertEquals(3, nefele.run("ps").exitCode());
    assertTrue(nefele.lines("up", "3").getLast().startsWith("one fabric of 3 agents"));
  }

  @Test
  void fabricGrows_andOnlyWhatIsMissingIsStarted() {
    nefele.lines("up", "1");
    List<String> grown = nefele.lines("up", "2");
    assertTrue(grown.get(0).endsWith("ran already"), grown.toString());
    assertTrue(grown.get(1).endsWith("started"), grown.toString());
    Installed.Ended smaller = nefele.run("up", "1");
    assertEquals(2, smaller.exitCode());
    assertTrue(smaller.err().contains("agent 2 runs already"), smaller.err());
  }

  @Test
  void twoFabrics_doNotSeeEachOther() {
    Installed other = Installed.withHome(directory.resolve("o"), directory);
    try {
      nefele.lines("up", "2");
      other.lines("up", "1");
      assertEquals(1 + 2, nefele.lines("agents").size());
      assertEquals(1 + 1, other.lines("agents").size());
    } finally {
      other.lines("down");
    }
    assertEquals(1 + 2, nefele.lines("agents").size());
  }

  @Test
  void agentThatCannotStart_isNamedWithWhatItSaid() throws IOException {
    nefele.lines("up", "1");
    // Where the directory of the inits has to be.
    Files.createDirectories(home.resolve("agents/2"));
    Files.createFile(home.resolve("agents/2/init"));
    Installed.Ended ended = nefele.run("up", "2", "--timeout", "60s");
    assertEquals(1, ended.exitCode(), ended.toString());
    assertTrue(ended.err().startsWith("nefele up: agent 2 has ended; "), ended.err());
    assertTrue(ended.err().contains("output.log says:"), ended.err());
  }

  @Test
  void foregroundAgent_isAFabricOfOne_andLeavesOnSigterm() throws Exception {
    Path socket = directory.resolve("one.sock");
    Process agent =
        nefele
            .builder(
                "agent",
                "--bind",
                "127.0.0.1",
                "--port",
                "9747",
                "--no-multicast",
                "--state",
                directory.resolve("one").toString(),
                "--socket",
                socket.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("one.log").toFile())
            .start();
    try {
      Installed asking = nefele.with("NEFELE_SOCKET", socket.toString());
      awaitTrue(() -> asking.run("ps").exitCode() == 0);
      assertEquals(1 + 1, asking.lines("agents").size());
    } finally {
      agent.destroy();
    }
    assertTrue(agent.waitFor(20, TimeUnit.SECONDS));
    assertEquals(List.of(), processesThatName(directory.resolve("one").toString()));
  }

  private Future<Installed.Ended> inBackground(String... args) {
    return background.submit(() -> nefele.run(args));
  }

  /** How many of the commands that wait in the background have connected to their agents. */
  private static long asking() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> sockets(process.pid()) > 0)
        .count();
  }

  private static long sockets(long pid) {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return descriptors.filter(LocalFabricIT::isSocket).count();
    } catch (IOException gone) {
      return 0;
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException closed) {
      return false;
    }
  }

  private static List<String> result(Future<Installed.Ended> command) throws Exception {
    Installed.Ended ended = command.get(HEALING_SECONDS, TimeUnit.SECONDS);
    assertEquals(0, ended.exitCode(), ended.toString());
    return ended.lines();
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }

  private static void awaitTrue(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(HEALING_SECONDS);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "not within " + HEALING_SECONDS + " s");
    }
  }

  /** The command lines of processes that have {@code text} in theirs. */
  private static List<String> processesThatName(String text) throws IOException {
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      return entries
          .filter(entry -> entry.getFileName().toString().matches("[0-9]+"))
          .map(LocalFabricIT::commandLine)
          .filter(line -> line.contains(text))
          .toList();
    }
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }
}
