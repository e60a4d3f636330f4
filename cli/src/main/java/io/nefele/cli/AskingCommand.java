package io.nefele.cli;

import io.nefele.lib.AgentSockets;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that asks an agent. */
abstract class AskingCommand implements Callable<Integer> {
  static final int DONE = 0;

  final Console console;

  @Option(names = "--at", paramLabel = "K", description = "Ask agent K of the local fabric.")
  @Nullable Integer at;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "Ask the agent that listens there (else NEFELE_SOCKET, else a local agent).")
  @Nullable Path socket;

  @Option(
      names = "--tenant",
      paramLabel = "T",
      description = "Act as tenant T, where you may (else NEFELE_TENANT).")
  @Nullable String tenant;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  AskingCommand(Console console) {
    this.console = console;
  }

  /** Asks {@code agent}, prints the answer, and returns the exit code. */
  abstract int ask(Nefele agent) throws NefeleException, IOException;

  /** Refuses options that do not fit together, before anybody is asked. */
  void checkUsage() throws NefeleException {}

  /** Answers without an agent, if that is what was asked for. */
  boolean answersAlone() throws IOException {
    return false;
  }

  @Override
  public final Integer call() throws NefeleException, IOException {
    if (answersAlone()) {
      return DONE;
    }
    checkUsage();
    try (Nefele agent = Nefele.connectToFirst(sockets())) {
      String actsAs = tenant == null ? console.environment().get("NEFELE_TENANT") : tenant;
      return ask(actsAs == null || actsAs.isEmpty() ? agent : agent.as(actsAs));
    }
  }

  private List<Path> sockets() throws NefeleException {
    if (at != null && socket != null) {
      throw usage("--at and --socket both say which agent to ask; give one of them");
    }
    if (socket != null) {
      return List.of(console.directory().resolve(socket));
    }
    if (at == null) {
      return AgentSockets.candidates(console.environment());
    }
    Path home = AgentSockets.home(console.environment());
    if (!Files.isDirectory(AgentSockets.directory(home, at))) {
      throw usage(
          "--at "
              + at
              + ": the local fabric in "
              + home
              + " has no agent of that number; 'nefele agents' lists them");
    }
    return List.of(AgentSockets.numbered(home, at));
  }

  static NefeleException usage(String message) {
    return new NefeleException(ErrorKind.USAGE, message);
  }

  /** Names the subtrees that did not answer and returns the exit code for the whole answer. */
  final int reportMissing(List<String> missing) {
    if (missing.isEmpty()) {
      return DONE;
    }
    console
        .err()
        .println(
            "no answer in time from "
                + String.join(", ", missing)
                + "; what they hold is not shown");
    return ErrorKind.PARTIAL.exitCode();
  }
}
