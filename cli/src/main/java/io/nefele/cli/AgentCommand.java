package io.nefele.cli;

import io.nefele.core.Name;
import io.nefele.lib.AgentSockets;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele agent}: one agent in the foreground, or a fault for an agent of a local fabric. */
final class AgentCommand implements Callable<Integer> {
  private static final int DEFAULT_PORT = 4747;

  private final Console console;

  @Option(
      names = "--seed",
      order = ShortHelp.USUAL,
      split = ", *",
      paramLabel = "HOST[:PORT]",
      description = "An agent to join; may be repeated (default: found by multicast).")
  List<String> seeds = new ArrayList<>();

  @Option(
      names = "--bind",
      order = ShortHelp.USUAL,
      paramLabel = "ADDRESS",
      description = "Where to listen (default: this server's first address).")
  @Nullable String bind;

  @Option(
      names = "--port",
      order = ShortHelp.USUAL,
      paramLabel = "P",
      defaultValue = "" + DEFAULT_PORT,
      description = "Ports P and P+1 are used (default: 4747).")
  int port;

  @Option(
      names = "--state",
      order = ShortHelp.USUAL,
      paramLabel = "DIR",
      description = "What outlives a restart (default: in NEFELE_HOME).")
  @Nullable Path state;

  @Option(
      names = "--socket",
      order = ShortHelp.USUAL,
      paramLabel = "PATH",
      description = "Where programs reach it (default: in NEFELE_HOME).")
  @Nullable Path socket;

  @Option(names = "--no-multicast", description = "Neither look for others nor be found that way.")
  boolean noMulticast;

  @Option(
      names = "--fabric",
      paramLabel = "NAME",
      description = "Fabrics of different names on one network stay apart.")
  @Nullable Name fabric;

  @Option(
      names = "--name",
      order = ShortHelp.USUAL,
      paramLabel = "NAME",
      description = "The agent's name for people (default: the host's).")
  @Nullable Name name;

  @Option(names = "--group-size", paramLabel = "K", description = "Agents in a group: K to 3K-1.")
  @Nullable Integer groupSize;

  @Option(
      names = "--service",
      split = ", *",
      paramLabel = "NAME=K",
      description = "A further service with groups of K to 3K-1 agents; may be repeated.")
  List<String> services = new ArrayList<>();

  @Option(
      names = "--isolation",
      order = ShortHelp.USUAL,
      paramLabel = "LEVEL",
      description = "Processes are kept apart: full, userns, none, or best (default) of these.")
  @Nullable String isolation;

  @Option(
      names = "--outside",
      paramLabel = "YES",
      description =
          "Whether messages to the world outside the fabric may go through it: yes (default), no.")
  @Nullable String outside;

  @Option(
      names = "--cpu",
      order = ShortHelp.USUAL,
      paramLabel = "CORES",
      description = "What processes get in all (default: all cores).")
  @Nullable CpuShare cpu;

  @Option(
      names = "--mem",
      order = ShortHelp.USUAL,
      paramLabel = "SIZE",
      description = "What processes get in all (default: all memory).")
  @Nullable Size memory;

  @Option(
      names = "--resource",
      split = ", *",
      paramLabel = "NAME=AMOUNT",
      description =
          "What else processes get: disk=100G, net=1G (bits a second), gpu=2; may be repeated.")
  List<String> resources = new ArrayList<>();

  @Option(
      names = "--label",
      order = ShortHelp.USUAL,
      split = ", *",
      paramLabel = "KEY=VALUE",
      description = "A label that constraints may refer to; may be repeated.")
  List<String> labels = new ArrayList<>();

  @Option(
      names = "--policy",
      order = ShortHelp.USUAL,
      paramLabel = "POLICY",
      description =
          "How it is filled: spread (default), evenly with others; or pack, before others.")
  @Nullable String policy;

  @Option(
      names = "--keep-free",
      paramLabel = "PERCENT",
      description = "The share of its resources that processes never get (default: 0).")
  @Nullable Integer keepFree;

  @Option(
      names = "--cache",
      paramLabel = "SIZE",
      description = "How much it keeps of programs that were shipped to it (default: 4G).")
  @Nullable Size cache;

  @Option(
      names = "--core-speed",
      paramLabel = "FACTOR",
      description = "How fast its cores are beside a standard one, or auto (default: 1).")
  @Nullable String coreSpeed;

  @Option(
      names = ConfigFile.OPTION,
      paramLabel = "FILE",
      description = "Options not given here, as 'option = value' lines.")
  @Nullable Path config;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  AgentCommand(Console console) {
    this.console = console;
  }

  /** Becomes the agent; returns only if that fails. */
  @Override
  public Integer call() throws NefeleException, IOException {
    List<String> command = new ArrayList<>(Distribution.current().agentCommand());
    command.addAll(arguments());
    console.out().flush();
    Posix.exec(command);
    throw new NefeleException(ErrorKind.FAILED, command.getFirst() + " can't be run");
  }

  private List<String> arguments() throws NefeleException, IOException {
    if (port < 1 || port > 65_534) {
      throw new NefeleException(ErrorKind.USAGE, "--port " + port + ": from 1 to 65534");
    }
    FabricHome home = FabricHome.of(console);
    if (state == null || socket == null) {
      home.create();
    }
    Path directory = state == null ? home.path().resolve("agent") : absolute(state);
    Files.createDirectories(directory);
    Path listen = socket == null ? AgentSockets.single(home.path()) : absolute(socket);
    if (!AgentSockets.fits(listen)) {
      throw new NefeleException(
          ErrorKind.USAGE,
          "--socket " + listen + " is longer than " + AgentSockets.MAX_PATH_BYTES + " bytes");
    }
    List<String> arguments = new ArrayList<>();
    add(arguments, "--state", directory);
    add(arguments, "--socket", listen);
    add(arguments, "--bind", bind == null ? firstAddress() : bind);
    add(arguments, "--port", port);
    for (String seed : seeds) {
      add(arguments, "--seed", seed);
    }
    if (noMulticast) {
      arguments.add("--no-multicast");
    }
    Optional.ofNullable(fabric).ifPresent(value -> add(arguments, "--fabric", value));
    Optional.ofNullable(name).ifPresent(value -> add(arguments, "--name", value));
    Optional.ofNullable(groupSize).ifPresent(value -> add(arguments, "--group-size", value));
    services.forEach(value -> add(arguments, "--service", value));
    Optional.ofNullable(isolation).ifPresent(value -> add(arguments, "--isolation", value));
    Optional.ofNullable(outside).ifPresent(value -> add(arguments, "--outside", value));
    Optional.ofNullable(cpu).ifPresent(value -> add(arguments, "--cpu", value.millis() / 1000.0));
    Optional.ofNullable(memory)
        .ifPresent(value -> add(arguments, "--mem-mib", value.bytes() >> 20));
    ProcessOptions.amounts(resources).forEach(value -> add(arguments, "--resource", value));
    labels.forEach(value -> add(arguments, "--label", value));
    Optional.ofNullable(policy).ifPresent(value -> add(arguments, "--policy", value));
    Optional.ofNullable(keepFree).ifPresent(value -> add(arguments, "--keep-free", value));
    Optional.ofNullable(cache)
        .ifPresent(value -> add(arguments, "--cache-mib", value.bytes() >> 20));
    Optional.ofNullable(coreSpeed).ifPresent(value -> add(arguments, "--core-speed", value));
    return arguments;
  }

  private Path absolute(Path path) {
    return console.directory().resolve(path).normalize();
  }

  private static void add(List<String> arguments, String option, Object value) {
    arguments.add(option);
    arguments.add(value.toString());
  }

  /** The first address of this server that others can reach, or loopback if there is none. */
  private static String firstAddress() throws IOException {
    return NetworkInterface.networkInterfaces()
        .filter(AgentCommand::isUp)
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address && !address.isLinkLocalAddress())
        .map(InetAddress::getHostAddress)
        .findFirst()
        .orElse("127.0.0.1");
  }

  private static boolean isUp(NetworkInterface network) {
    try {
      return network.isUp() && !network.isLoopback();
    } catch (IOException e) {
      return false;
    }
  }

  @Command(name = "stop", description = "Agent K leaves the fabric; its processes are ended.")
  int stop(@Parameters(paramLabel = "K", description = "Its number.") int number)
      throws NefeleException, IOException {
    fabric().end(number, Posix.SIGTERM);
    return AskingCommand.DONE;
  }

  @Command(
      name = "kill9",
      description = "Agent K crashes; its processes live on until 'nefele up' starts it again.")
  int kill9(@Parameters(paramLabel = "K", description = "Its number.") int number)
      throws NefeleException, IOException {
    fabric().end(number, Posix.SIGKILL);
    return AskingCommand.DONE;
  }

  @Command(name = "freeze", description = "Agent K stands still (SIGSTOP).")
  int freeze(@Parameters(paramLabel = "K", description = "Its number.") int number)
      throws NefeleException, IOException {
    fabric().signal(number, Posix.SIGSTOP);
    return AskingCommand.DONE;
  }

  @Command(name = "thaw", description = "Agent K goes on (SIGCONT).")
  int thaw(@Parameters(paramLabel = "K", description = "Its number.") int number)
      throws NefeleException, IOException {
    fabric().signal(number, Posix.SIGCONT);
    return AskingCommand.DONE;
  }

  @Command(
      name = "drain",
      description =
          "Agent K, by number, name or id, takes no more processes; those that can be started again"
              + " are moved to others.")
  int drain(@Parameters(paramLabel = "K", description = "Its number, name or id.") String agent)
      throws NefeleException {
    return setDrained(agent, true);
  }

  @Command(name = "undrain", description = "Agent K takes processes again.")
  int undrain(@Parameters(paramLabel = "K", description = "Its number, name or id.") String agent)
      throws NefeleException {
    return setDrained(agent, false);
  }

  /** Any agent may be asked: all know who is drained. */
  private int setDrained(String agent, boolean drained) throws NefeleException {
    try (Nefele any = Nefele.connectToFirst(AgentSockets.candidates(console.environment()))) {
      any.drain(agent, drained);
    }
    return AskingCommand.DONE;
  }

  private LocalFabric fabric() {
    return new LocalFabric(FabricHome.of(console));
  }
}
