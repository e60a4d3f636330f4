package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The build's training run: commands against one agent, so that both Java virtual machines see what
 * a later start will load. This one is started with {@code -XX:AOTCacheOutput} by the build, the
 * agent by this class; each writes its cache when it ends. The JDK is noted beside the caches, as
 * they are good for no other.
 */
final class CacheTraining {
  private static final long START_MILLIS = 30_000;
  private static final long END_MILLIS = 120_000;
  private static final long POLL_MILLIS = 20;

  private final Path directory;
  private final Distribution distribution;

  private CacheTraining(Path directory, Distribution distribution) {
    this.directory = directory;
    this.distribution = distribution;
  }

  /**
   * @param args a directory for the agent's state
   */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    Files.createDirectories(directory);
    new CacheTraining(directory, Distribution.current()).run();
  }

  private void run() throws IOException, NefeleException, InterruptedException {
    Path socket = directory.resolve("agent.sock");
    Process agent = startAgent(socket);
    try {
      awaitAgent(agent, socket);
      runCommands(socket);
    } finally {
      agent.destroy();
    }
    if (!agent.waitFor(END_MILLIS, TimeUnit.MILLISECONDS)) {
      agent.destroyForcibly();
      throw failed("the agent did not end and write its cache");
    }
    noteJdk();
  }

  private Process startAgent(Path socket) throws IOException, NefeleException {
    int port =
        FreePorts.find(
            InetAddress.ofLiteral("127.0.0.1"), (int) ProcessHandle.current().pid(), List.of());
    List<String> command =
        new ArrayList<>(
            distribution.agentCommand(List.of("-XX:AOTCacheOutput=" + distribution.agentCache())));
    command.addAll(
        List.of(
            "--state",
            directory.resolve("state").toString(),
            "--socket",
            socket.toString(),
            "--bind",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--no-multicast"));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectInput(Redirect.from(new File("/dev/null")))
        .redirectOutput(Redirect.to(directory.resolve("agent.log").toFile()))
        .start();
  }

  private void awaitAgent(Process agent, Path socket) throws NefeleException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
    while (agent.isAlive() && System.nanoTime() < deadline) {
      try (Nefele nefele = Nefele.connect(socket)) {
        if (!nefele.groups().isEmpty()) {
          return;
        }
      } catch (NefeleException e) {
        // It is not there yet.
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
    }
    throw failed("the agent did not start");
  }

  private NefeleException failed(String what) {
    return new NefeleException(ErrorKind.FAILED, what + "; see " + directory.resolve("agent.log"));
  }

  private static void runCommands(Path socket) {
    String at = socket.toString();
    String id = command(at, "spawn", "--name", "trained", "--", "/bin/sh", "-c", "echo trained");
    for (String[] words :
        List.of(
            new String[] {"wait", id},
            new String[] {"agents"},
            new String[] {"agents", "--json"},
            new String[] {"groups"},
            new String[] {"ps", "-a"},
            new String[] {"ps", "-a", "--json"},
            new String[] {"inspect", id},
            new String[] {"logs", id},
            new String[] {"send", "--as", "trainer", "trainer", "hello"},
            new String[] {"recv", "--as", "trainer", "--timeout", "1s"})) {
      command(at, words);
    }
    command("/nowhere/agent.sock", "ps");
    command(at, "ps", "--nonsense");
    command(at, "help");
  }

  /** Runs a command in this virtual machine; what it prints is checked elsewhere. */
  private static String command(String socket, String... words) {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(answer, true, StandardCharsets.UTF_8),
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            new ByteArrayInputStream(new byte[0]),
            Map.of("NEFELE_SOCKET", socket),
            Path.of("/"),
            false);
    int unused = Main.run(console, words);
    return answer.toString(StandardCharsets.UTF_8).strip();
  }

  private void noteJdk() throws IOException, NefeleException {
    Path home = Path.of(System.getProperty("java.home"));
    String release =
        Files.readAllLines(home.resolve("release")).stream()
            .filter(line -> line.startsWith("JAVA_RUNTIME_VERSION="))
            .map(line -> line.substring(line.indexOf('=') + 1).replace("\"", ""))
            .findFirst()
            .orElseThrow(() -> failed(home + "/release does not tell its version"));
    Files.writeString(distribution.root().resolve("lib/jdk"), home + "\n" + release + "\n");
  }
}
