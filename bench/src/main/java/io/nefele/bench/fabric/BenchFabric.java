package io.nefele.bench.fabric;

import io.nefele.bench.BenchFailure;
import io.nefele.lib.AgentSockets;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fabric on this machine in a directory of its own, brought up and down by the launcher. Closing
 * it ends all its processes and removes the directory; so does the end of this JVM.
 */
public final class BenchFabric implements AutoCloseable {
  private static final Duration UP_LIMIT = Duration.ofMinutes(10);
  private static final Duration DOWN_LIMIT = Duration.ofSeconds(60);

  private final Distribution distribution;
  private final Path home;
  private final List<Nefele> clients = new ArrayList<>();
  private final Thread atExit = new Thread(this::bringDown, "nefele-bench-down");
  private volatile @Nullable Process upping;
  private int agents;

  private BenchFabric(Distribution distribution) throws IOException {
    this.distribution = distribution;
    // In /tmp, since the paths of sockets have to be short.
    this.home = Files.createTempDirectory(Path.of("/tmp"), "nefele-bench-");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** A fabric in which nothing runs yet. */
  public static BenchFabric empty(Distribution distribution) throws IOException {
    return new BenchFabric(distribution);
  }

  /** A fabric of {@code agents}, in {@code network}. */
  public static BenchFabric up(Distribution distribution, int agents, PrivateNetwork network)
      throws IOException, InterruptedException, BenchFailure {
    BenchFabric fabric = new BenchFabric(distribution);
    try {
      fabric.up(agents, network);
      return fabric;
    } catch (IOException | InterruptedException | BenchFailure e) {
      fabric.close();
      throw e;
    }
  }

  /** A fabric of {@code agents} on the machine's own loopback. */
  public static BenchFabric up(Distribution distribution, int agents)
      throws IOException, InterruptedException, BenchFailure {
    return up(distribution, agents, new PrivateNetwork(List.of()));
  }

  /** Runs {@code nefele up} and returns when it says that they are one fabric. */
  public Run up(int size, PrivateNetwork network, String... options)
      throws IOException, InterruptedException, BenchFailure {
    List<String> command = new ArrayList<>(List.of(distribution.launcher(), "up"));
    command.add(Integer.toString(size));
    command.addAll(List.of("--timeout", UP_LIMIT.toSeconds() + "s"));
    command.addAll(List.of(options));
    Run run =
        Run.of(
            network.wrap(command),
            environment(),
            UP_LIMIT.plus(DOWN_LIMIT),
            process -> upping = process);
    agents = Math.max(agents, size);
    return run.orFail("nefele up " + size);
  }

  /** Runs {@code nefele WORDS} against this fabric. */
  public Run nefele(String... words) throws IOException, InterruptedException, BenchFailure {
    List<String> command = new ArrayList<>(List.of(distribution.launcher()));
    command.addAll(List.of(words));
    return Run.of(command, environment(), DOWN_LIMIT);
  }

  public int agents() {
    return agents;
  }

  public Path directory(int number) {
    return AgentSockets.directory(home, number);
  }

  public Path socket(int number) {
    return AgentSockets.numbered(home, number);
  }

  /** A new connection to agent {@code number}, closed with the fabric. */
  public Nefele client(int number) throws NefeleException {
    Nefele client = Nefele.connect(socket(number));
    clients.add(client);
    return client;
  }

  /** The process of agent {@code number}. */
  public long pid(int number) throws IOException {
    return Long.parseLong(Files.readString(directory(number).resolve("agent.pid")).strip());
  }

  /** Since the first of the agents was started; a little more than that, never less. */
  public long ageNanos() throws IOException {
    long age = 0;
    for (int agent = 1; agent <= agents; agent++) {
      age = Math.max(age, ProcessFacts.ageNanos(pid(agent)));
    }
    return age;
  }

  /** What processor time all agents have taken. */
  public long cpuNanos() throws IOException {
    long nanos = 0;
    for (int agent = 1; agent <= agents; agent++) {
      nanos += ProcessFacts.read(pid(agent)).cpuNanos();
    }
    return nanos;
  }

  @Override
  public void close() {
    clients.forEach(Nefele::close);
    bringDown();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }

  private void bringDown() {
    try {
      // A command that is still at work would keep this one away.
      Process unfinished = upping;
      if (unfinished != null) {
        unfinished.destroyForcibly().waitFor();
      }
      nefele("down").orFail("nefele down");
    } catch (IOException | BenchFailure e) {
      System.err.println("nefele bench: " + home + " may be left behind: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<String, String> environment() {
    return Map.of("NEFELE_HOME", home.toString(), "NEFELE_SOCKET", "", "JAVA_HOME", javaHome());
  }

  private static String javaHome() {
    return String.valueOf(System.getProperty("java.home"));
  }
}
