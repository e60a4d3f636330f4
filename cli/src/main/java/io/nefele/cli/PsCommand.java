package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response;
import java.time.Duration;
import picocli.CommandLine.Option;

/** {@code nefele ps}. */
final class PsCommand extends AskingCommand {
  @Option(
      names = {"-a", "--all-states"},
      description = "Also processes that have ended.")
  boolean allStates;

  @Option(
      names = "--timeout",
      paramLabel = "D",
      defaultValue = "2s",
      description = "Show what has answered by then (default: 2s).")
  Duration timeout = Duration.ZERO;

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  PsCommand(Console console) {
    super(console);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    Response.Processes answer = agent.ps(allStates, timeout);
    if (json) {
      console.out().println(Json.array(Json::process, answer.rows()));
    } else {
      ProcessTable.of(answer.rows(), System.currentTimeMillis()).print(console);
    }
    return reportMissing(answer.missing());
  }
}
