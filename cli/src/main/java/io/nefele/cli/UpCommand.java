package io.nefele.cli;

import io.nefele.core.Endpoint;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele up}. */
final class UpCommand implements Callable<Integer> {
  private static final int MAX_AGENTS = 1000;

  private final Console console;

  @Parameters(paramLabel = "N", description = "How many agents are to run.")
  int size;

  @Option(
      names = "--netns",
      description = "Each in a network namespace with an address of its own (as root).")
  boolean namespaces;

  @Option(
      names = "--no-multicast",
      description = "With --netns: agents find each other by seed addresses, not by multicast.")
  boolean noMulticast;

  @Option(
      names = "--group-size",
      paramLabel = "K",
      description = "Agents in a group: K to 3K-1 (default: the agents').")
  @Nullable Integer groupSize;

  @Option(
      names = "--service",
      paramLabel = "NAME=K",
      description = "A further service with groups of K to 3K-1 agents; may be repeated.")
  Map<String, Integer> services = new TreeMap<>();

  @Option(
      names = "--timeout",
      paramLabel = "D",
      defaultValue = "60s",
      description = "Fail if they are not one fabric by then (default: 60s).")
  Duration timeout = Duration.ZERO;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  UpCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws NefeleException, IOException {
    if (size < 1 || size > MAX_AGENTS) {
      throw new NefeleException(
          ErrorKind.USAGE, "up " + size + ": a local fabric has 1 to " + MAX_AGENTS + " agents");
    }
    if (noMulticast && !namespaces) {
      throw new NefeleException(
          ErrorKind.USAGE, "--no-multicast goes with --netns; on loopback seeds are used anyway");
    }
    if (groupSize != null && groupSize < 2) {
      throw new NefeleException(
          ErrorKind.USAGE, "--group-size " + groupSize + ": the smallest is 2");
    }
    long startNanos = System.nanoTime();
    LocalFabric.Wish wish =
        new LocalFabric.Wish(
            namespaces,
            namespaces && !noMulticast,
            groupSize == null ? OptionalInt.empty() : OptionalInt.of(groupSize),
            new TreeMap<>(services));
    FabricHome home = FabricHome.of(console);
    LocalFabric.Upped upped = new LocalFabric(home).up(size, wish, Distribution.current(), timeout);
    report(upped, (System.nanoTime() - startNanos) / 1_000_000);
    return AskingCommand.DONE;
  }

  private void report(LocalFabric.Upped upped, long tookMillis) {
    for (Map.Entry<Integer, Endpoint> agent : upped.file().agents().headMap(size + 1).entrySet()) {
      console
          .out()
          .println(
              "agent "
                  + agent.getKey()
                  + "  "
                  + agent.getValue()
                  + (upped.started().contains(agent.getKey()) ? "  started" : "  ran already"));
    }
    List<?> groups = upped.view().groups();
    console
        .out()
        .println(
            "one fabric of "
                + size
                + (size == 1 ? " agent, " : " agents, ")
                + groups.size()
                + (groups.size() == 1 ? " group, in " : " groups, in ")
                + Span.show(tookMillis));
  }
}
