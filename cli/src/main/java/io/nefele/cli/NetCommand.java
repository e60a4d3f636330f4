package io.nefele.cli;

import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele net}: faults of the network between the agents of a local fabric. */
final class NetCommand implements Callable<Integer> {
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

  private final Console console;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  NetCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws NefeleException {
    throw new NefeleException(
        ErrorKind.USAGE,
        "say what: 'nefele net cut A [B]', 'nefele net delay A B D' or 'nefele net heal'");
  }

  @Command(
      name = "cut",
      description = "What agents A send does not reach agents B, nor the other way round.")
  int cut(
      @Parameters(paramLabel = "A", description = "Agent numbers, as in 1-3,7.") String from,
      @Parameters(paramLabel = "B", arity = "0..1", description = "The same (default: all others).")
          @Nullable String to,
      @Option(names = "--one-way", description = "A still hear B.") boolean oneWay)
      throws NefeleException, IOException {
    FabricHome home = FabricHome.of(console);
    FabricFile file = fabric(home);
    SortedSet<Integer> senders = AgentNumbers.parse(from, file.agents());
    SortedSet<Integer> receivers =
        to == null ? new TreeSet<>(file.agents().keySet()) : AgentNumbers.parse(to, file.agents());
    if (to == null) {
      receivers.removeAll(senders);
    }
    try (FileChannel lock = home.lock()) {
      Cuts cuts = Cuts.read(home.path());
      for (int sender : senders) {
        for (int receiver : receivers) {
          cuts.add(sender, receiver);
          if (!oneWay) {
            cuts.add(receiver, sender);
          }
        }
      }
      Namespaces.of(home).cut(cuts);
      cuts.write(home.path());
      console.out().println(cuts.count() + " ways from agent to agent are cut");
    }
    return AskingCommand.DONE;
  }

  @Command(
      name = "delay",
      description = "What agents A and B send each other takes D longer, each way.")
  int delay(
      @Parameters(paramLabel = "A", description = "Agent numbers, as in 1-3,7.") String from,
      @Parameters(paramLabel = "B", description = "The same.") String to,
      @Parameters(paramLabel = "D", description = "As in 20ms; 0s: no longer.") Duration delay,
      @Option(names = "--one-way", description = "What B send is as fast as it was.")
          boolean oneWay)
      throws NefeleException, IOException {
    if (delay.compareTo(LONGEST_DELAY) > 0) {
      throw new NefeleException(
          ErrorKind.USAGE,
          "a delay of " + Span.show(delay.toMillis()) + " is too long; 10s at most");
    }
    FabricHome home = FabricHome.of(console);
    FabricFile file = fabric(home);
    SortedSet<Integer> senders = AgentNumbers.parse(from, file.agents());
    SortedSet<Integer> receivers = AgentNumbers.parse(to, file.agents());
    long micros = TimeUnit.MICROSECONDS.convert(delay);
    try (FileChannel lock = home.lock()) {
      Delays delays = Delays.read(home.path());
      for (int sender : senders) {
        for (int receiver : receivers) {
          delays.set(sender, receiver, micros);
          if (!oneWay) {
            delays.set(receiver, sender, micros);
          }
        }
      }
      apply(home, delays);
      console.out().println(delays.count() + " ways from agent to agent are slow");
    }
    return AskingCommand.DONE;
  }

  private static void apply(FabricHome home, Delays delays) throws NefeleException, IOException {
    Path forwarder = Distribution.current().netDelay();
    new SlowLinks(Namespaces.of(home), forwarder).apply(home.path(), delays);
    delays.write(home.path());
  }

  @Command(name = "heal", description = "All agents reach each other again, without delay.")
  int heal() throws NefeleException, IOException {
    FabricHome home = FabricHome.of(console);
    FabricFile file = fabric(home);
    try (FileChannel lock = home.lock()) {
      Namespaces.of(home).heal(file.agents().keySet());
      Cuts.none().write(home.path());
      apply(home, Delays.none());
    }
    return AskingCommand.DONE;
  }

  private static FabricFile fabric(FabricHome home) throws NefeleException, IOException {
    Optional<FabricFile> file = FabricFile.read(home.path());
    if (file.isEmpty()) {
      throw new NefeleException(
          ErrorKind.USAGE, "there is no fabric in " + home.path() + "; run 'nefele up N --netns'");
    }
    if (!file.get().namespaces()) {
      throw new NefeleException(
          ErrorKind.REFUSED,
          "the agents of this fabric share one network; run 'nefele down', then 'nefele up N"
              + " --netns' as root");
    }
    return file.get();
  }
}
