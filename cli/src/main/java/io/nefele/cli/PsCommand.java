package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code nefele ps}. */
final class PsCommand extends AskingCommand {
  private static final long SHORTEST_MILLIS = 50;

  /** Cursor home, then erase to the end (ECMA-48). */
  private static final String CLEAR = "\033[H\033[J";

  @Option(
      names = {"-a", "--all-states"},
      description = "Also processes that have ended.")
  boolean allStates;

  @Option(
      names = {"-A", "--all-tenants"},
      description = "Of all tenants: what an operator sees who does not say --tenant.")
  boolean allTenants;

  @Option(
      names = "--timeout",
      paramLabel = "D",
      defaultValue = "2s",
      description = "Show what has answered by then (default: 2s).")
  Duration timeout = Duration.ZERO;

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  @Option(
      names = {"-w", "--watch"},
      paramLabel = "D",
      arity = "0..1",
      fallbackValue = "1s",
      description = "Show it anew every so often (default: 1s), until interrupted.")
  @Nullable Duration watch;

  PsCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    if (allTenants && tenant != null) {
      throw usage("--all-tenants and --tenant exclude each other");
    }
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    while (true) {
      int exitCode = show(agent);
      if (watch == null) {
        return exitCode;
      }
      console.out().flush();
      try {
        Thread.sleep(Math.max(SHORTEST_MILLIS, watch.toMillis()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return exitCode;
      }
    }
  }

  private int show(Nefele agent) throws NefeleException {
    Response.Processes answer = agent.ps(allStates, timeout);
    if (json) {
      console.out().println(Json.array(Json::process, answer.rows()));
    } else {
      if (watch != null && console.styled()) {
        console.out().print(CLEAR);
      }
      ProcessTable.of(answer.rows(), System.currentTimeMillis()).print(console);
      if (watch != null && !console.styled()) {
        console.out().println();
      }
    }
    return reportMissing(answer.missing());
  }
}
