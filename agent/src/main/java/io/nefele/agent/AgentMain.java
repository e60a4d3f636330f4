package io.nefele.agent;

import com.google.common.net.HostAndPort;
import io.nefele.agent.core.AgentConfig;
import io.nefele.agent.linux.Isolation;
import io.nefele.core.Endpoint;
import io.nefele.core.Name;
import io.nefele.placement.Constraint;
import io.nefele.placement.Resources;
import io.nefele.placement.ServerFacts;
import io.nefele.wire.ErrorKind;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The agent's program: one agent in the foreground. */
@Command(
    name = "nefele agent",
    description = "Run one agent in the foreground.",
    sortOptions = false)
final class AgentMain implements Callable<Integer> {
  private static final int DEFAULT_PORT = 4747;
  private static final int MIB = 1 << 20;

  @Option(names = "--state", required = true, paramLabel = "DIR", description = "Its state.")
  private Path state = Path.of(".");

  @Option(
      names = "--socket",
      required = true,
      paramLabel = "PATH",
      description = "Where programs reach it.")
  private Path socket = Path.of(".");

  @Option(
      names = "--bind",
      paramLabel = "HOST",
      description = "The address to listen on (default: ${DEFAULT-VALUE}).")
  private String bind = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The port, the next one is used too (default: ${DEFAULT-VALUE}).")
  private int port = DEFAULT_PORT;

  @Option(
      names = "--seed",
      paramLabel = "HOST[:PORT]",
      description = "Where another agent may be. Repeatable.")
  private List<String> seeds = new ArrayList<>();

  @Option(names = "--no-multicast", description = "Do not look for others on the local network.")
  private boolean noMulticast;

  @Option(
      names = "--fabric",
      paramLabel = "NAME",
      description = "Meet agents of this fabric only (default: ${DEFAULT-VALUE}).")
  private String fabric = "nefele";

  @Option(names = "--name", paramLabel = "NAME", description = "What people call it.")
  private @Nullable String name;

  @Option(names = "--number", paramLabel = "K", description = "Its number in a local fabric.")
  private int number;

  @Option(
      names = "--group-size",
      paramLabel = "K",
      description = "Groups have K to 3K-1 agents (default: ${DEFAULT-VALUE}).")
  private int groupSize = 8;

  @Option(
      names = "--service",
      paramLabel = "NAME=K",
      description =
          "A further service that organises the agents in groups of K to 3K-1. Repeatable.")
  private Map<String, Integer> services = new TreeMap<>();

  @Option(
      names = "--isolation",
      paramLabel = "LEVEL",
      description =
          "How processes are kept apart: full, userns, none; best: the strongest way that"
              + " this server allows (default: ${DEFAULT-VALUE}).")
  private String isolation = "best";

  @Option(
      names = "--network",
      paramLabel = "WHICH",
      description =
          "The network that isolated processes have: own, the loopback alone, or server"
              + " (default: ${DEFAULT-VALUE}).")
  private String network = "own";

  @Option(
      names = "--outside",
      paramLabel = "YES",
      description =
          "Whether messages to the world outside the fabric may go through it: yes or no (default:"
              + " ${DEFAULT-VALUE}).")
  private String outside = "yes";

  @Option(
      names = "--cpu",
      paramLabel = "CORES",
      description = "Cores to give to processes (default: all).")
  private double cores = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--mem-mib",
      paramLabel = "MIB",
      description = "Memory to give to processes, in MiB (default: all).")
  private long memoryMib = totalMemoryBytes() / MIB;

  @Option(
      names = "--resource",
      paramLabel = "NAME=AMOUNT",
      description =
          "What else to give to processes: disk in bytes, net in bits a second, others in pieces."
              + " Repeatable.")
  private List<String> resources = new ArrayList<>();

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "A label that constraints may refer to. Repeatable.")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      description =
          "spread: fill it evenly with others; pack: fill it before others (default:"
              + " ${DEFAULT-VALUE}).")
  private String policy = "spread";

  @Option(
      names = "--keep-free",
      paramLabel = "PERCENT",
      description = "The share of its resources that is given to nobody (default: 0).")
  private int keepFree;

  @Option(
      names = "--cache-mib",
      paramLabel = "MIB",
      description =
          "How much to keep of programs that were shipped here, in MiB; the longest unused go"
              + " first (default: ${DEFAULT-VALUE}).")
  private long bundlesMib = AgentConfig.BUNDLE_BYTES_USUAL / MIB;

  @Option(
      names = "--core-speed",
      paramLabel = "FACTOR",
      description =
          "How fast a core is beside a standard one, which counts its cores for more; auto:"
              + " measured (default: ${DEFAULT-VALUE}).")
  private String coreSpeed = "1";

  public static void main(String[] args) {
    CommandLine line = new CommandLine(new AgentMain());
    line.setExecutionExceptionHandler(
        (failure, commandLine, parsed) -> {
          commandLine.getErr().println("nefele agent: " + failure.getMessage());
          return failure instanceof IllegalArgumentException
              ? ErrorKind.USAGE.exitCode()
              : ErrorKind.FAILED.exitCode();
        });
    int exitCode = line.execute(args);
    if (exitCode != 0) {
      System.exit(exitCode);
    }
  }

  @Override
  public Integer call() throws Exception {
    AgentDaemon daemon = AgentDaemon.start(options());
    System.out.println("ready");
    return daemon.awaitEnd();
  }

  private AgentOptions options() {
    if (groupSize < 2) {
      throw new IllegalArgumentException("--group-size is 2 or more, not " + groupSize);
    }
    if (port < 1 || port > 65534) {
      throw new IllegalArgumentException("--port is 1 to 65534, not " + port);
    }
    Endpoint endpoint = new Endpoint(address(bind), port);
    String called = name == null ? defaultName() : name;
    return new AgentOptions(
        state.toAbsolutePath(),
        socket.toAbsolutePath(),
        endpoint,
        seeds.stream().map(AgentMain::seed).toList(),
        !noMulticast,
        new Name(fabric),
        new Name(called),
        number,
        groupSize,
        services(),
        isolationLevel(),
        ownNetwork(),
        goesOutside(),
        capacity(),
        facts(called),
        bundleBytesMax());
  }

  private Resources capacity() {
    if (keepFree < 0 || keepFree > 99) {
      throw new IllegalArgumentException("--keep-free is 0 to 99 percent, not " + keepFree);
    }
    double given = (100 - keepFree) / 100.0;
    Resources named = Resources.of(0, 0, resources);
    return Resources.of(
            (int) (cores * 1000 * speed() * given), (long) (memoryMib * MIB * given), List.of())
        .plus(named);
  }

  private long bundleBytesMax() {
    if (bundlesMib < 0 || bundlesMib > Long.MAX_VALUE / MIB) {
      throw new IllegalArgumentException("--cache-mib is 0 or more, not " + bundlesMib);
    }
    return bundlesMib * MIB;
  }

  private double speed() {
    if (coreSpeed.equals("auto")) {
      return CoreSpeed.measure();
    }
    if (!coreSpeed.matches("[0-9]{1,2}(\\.[0-9]{1,3})?") || Double.parseDouble(coreSpeed) < 0.1) {
      throw new IllegalArgumentException(
          "--core-speed is auto or a factor from 0.1 to 99, not '" + coreSpeed + "'");
    }
    return Double.parseDouble(coreSpeed);
  }

  private ServerFacts facts(String called) {
    SortedMap<String, String> pairs = new TreeMap<>();
    pairs.put("agent", called);
    for (String label : labels) {
      // Whoever can be asked for by a constraint has a form that constraints can write.
      Constraint asked = Constraint.parse("constraint " + label);
      if (asked.kind() != Constraint.Kind.ON || !asked.hard()) {
        throw new IllegalArgumentException("--label is KEY=VALUE, not '" + label + "'");
      }
      pairs.put(asked.key(), asked.value());
    }
    return switch (policy) {
      case "spread" -> new ServerFacts(pairs, "", ServerFacts.Policy.SPREAD);
      case "pack" -> new ServerFacts(pairs, "", ServerFacts.Policy.PACK);
      default ->
          throw new IllegalArgumentException("--policy is spread or pack, not '" + policy + "'");
    };
  }

  private SortedMap<Name, Integer> services() {
    SortedMap<Name, Integer> named = new TreeMap<>();
    services.forEach(
        (service, k) -> {
          Name wanted = new Name(service);
          if (k < 2 || k > 64) {
            throw new IllegalArgumentException(
                "--service " + service + "=" + k + ": a group size is 2 to 64");
          }
          if (wanted.equals(AgentDaemon.HOME_SERVICE)) {
            throw new IllegalArgumentException(
                "--service " + service + ": every agent has it; its size is --group-size");
          }
          named.put(wanted, k);
        });
    return named;
  }

  private String defaultName() {
    return number > 0 ? "agent-" + number : "agent";
  }

  private boolean ownNetwork() {
    return switch (network) {
      case "own" -> true;
      case "server" -> false;
      default ->
          throw new IllegalArgumentException("--network is own or server, not '" + network + "'");
    };
  }

  private boolean goesOutside() {
    return switch (outside) {
      case "yes" -> true;
      case "no" -> false;
      default ->
          throw new IllegalArgumentException("--outside is yes or no, not '" + outside + "'");
    };
  }

  private Optional<Isolation> isolationLevel() {
    return switch (isolation) {
      case "best" -> Optional.empty();
      case "full" -> Optional.of(Isolation.FULL);
      case "userns" -> Optional.of(Isolation.USERNS);
      case "none" -> Optional.of(Isolation.NONE);
      default ->
          throw new IllegalArgumentException(
              "--isolation is best, full, userns or none, not '" + isolation + "'");
    };
  }

  /** The address in numbers: others are told it, and look no name up. */
  static String address(String bind) {
    try {
      InetAddress address = InetAddress.getByName(bind);
      if (!address.isAnyLocalAddress()) {
        return address.getHostAddress();
      }
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "--bind is an address of this server or a name for one, not '" + bind + "'", e);
    }
    throw new IllegalArgumentException(
        "--bind is the one address by which others reach the agent, not '" + bind + "'");
  }

  static Endpoint seed(String text) {
    try {
      HostAndPort seed = HostAndPort.fromString(text).withDefaultPort(DEFAULT_PORT);
      return new Endpoint(seed.getHost(), seed.getPort());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--seed is HOST or HOST:PORT, not '" + text + "'", e);
    }
  }

  private static long totalMemoryBytes() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return system instanceof com.sun.management.OperatingSystemMXBean linux
        ? linux.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }
}
