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
  private static final int NEIGHBOURS = 2;

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

  /**
   * The trained agent has neighbours, so that what federating needs is in its cache, too: agents
   * that start together compete for the processor just then.
   */
  private void run() throws IOException, NefeleException, InterruptedException {
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i <= NEIGHBOURS; i++) {
      ports.add(
          FreePorts.find(
              InetAddress.ofLiteral("127.0.0.1"), (int) ProcessHandle.current().pid() + i, ports));
    }
    Path socket = directory.resolve("agent.sock");
    Process agent =
        startAgent("agent", ports, 0, List.of("-XX:AOTCacheOutput=" + distribution.agentCache()));
    List<Process> neighbours = new ArrayList<>();
    try {
      for (int i = 1; i <= NEIGHBOURS; i++) {
        neighbours.add(startAgent("neighbour-" + i, ports, i, List.of()));
      }
      awaitFabric(agent, socket);
      runCommands(socket);
      ship(socket);
      ship(directory.resolve("neighbour-1.sock"));
    } finally {
      neighbours.forEach(Process::destroy);
      agent.destroy();
    }
    for (Process neighbour : neighbours) {
      awaitEnd(neighbour, "a neighbour of the agent did not end");
    }
    awaitEnd(agent, "the agent did not end and write its cache");
    noteJdk();
  }

  private void awaitEnd(Process process, String otherwise)
      throws InterruptedException, NefeleException {
    if (!process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      throw failed(otherwise);
    }
  }

  private Process startAgent(String name, List<Integer> ports, int index, List<String> jvmOptions)
      throws IOException, NefeleException {
    List<String> command = new ArrayList<>(distribution.agentCommand(jvmOptions));
    command.addAll(
        List.of(
            "--state",
            directory.resolve(name + ".state").toString(),
            "--socket",
            directory.resolve(name + ".sock").toString(),
            "--bind",
            "127.0.0.1",
            "--port",
            ports.get(index).toString(),
            "--no-multicast"));
    for (Integer port : ports) {
      if (!port.equals(ports.get(index))) {
        command.addAll(List.of("--seed", "127.0.0.1:" + port));
      }
    }
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectInput(Redirect.from(new File("/dev/null")))
        .redirectOutput(Redirect.to(directory.resolve(name + ".log").toFile()))
        .start();
  }

  private void awaitFabric(Process agent, Path socket) throws NefeleException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
    while (agent.isAlive() && System.nanoTime() < deadline) {
      try (Nefele nefele = Nefele.connect(socket)) {
        if (nefele.groups().stream().anyMatch(group -> group.members().size() > NEIGHBOURS)) {
          return;
        }
      } catch (NefeleException e) {
        // It is not there yet.
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
    }
    throw failed("the agents did not start, or did not become one group");
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
            new String[] {"spawn", "-n", "6", "--", "/bin/true"},
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

  /** From the trained agent to its neighbours, or to it from one of them. */
  private static void ship(Path socket) {
    String program = socket.toString().contains("neighbour") ? "/bin/false" : "/bin/true";
    command(socket.toString(), "spawn", "-n", "3", "--spread", "server=1", "--ship", "--", program);
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
