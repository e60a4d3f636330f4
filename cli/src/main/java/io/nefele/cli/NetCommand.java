package io.nefele.cli;

import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele net}: faults of the network between the agents of a local fabric. */
final class NetCommand implements Callable<Integer> {
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
        ErrorKind.USAGE, "say what: 'nefele net cut A [B]' or 'nefele net heal'");
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
    SortedSet<Integer> senders = Cuts.agents(from, file.agents());
    SortedSet<Integer> receivers =
        to == null ? new TreeSet<>(file.agents().keySet()) : Cuts.agents(to, file.agents());
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

  @Command(name = "heal", description = "All agents reach each other again.")
  int heal() throws NefeleException, IOException {
    FabricHome home = FabricHome.of(console);
    FabricFile file = fabric(home);
    try (FileChannel lock = home.lock()) {
      Namespaces.of(home).heal(file.agents().keySet());
      Cuts.none().write(home.path());
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
