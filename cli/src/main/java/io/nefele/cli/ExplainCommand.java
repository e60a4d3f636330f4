package io.nefele.cli;

import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele explain}: why processes run where they do, or why they do not. */
final class ExplainCommand extends AskingCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "ID",
      description = "A process (default: what the agent was last asked to place).")
  @Nullable ProcessId process;

  @Option(
      names = "--timeout",
      paramLabel = "D",
      defaultValue = "5s",
      description = "How long agents are waited for (default: 5s).")
  Duration timeout = Duration.ofSeconds(5);

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  ExplainCommand(Console console) {
    super(console);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    Response.Explained explained = agent.explain(Optional.ofNullable(process), timeout);
    if (json) {
      console.out().println(Json.document(PlacingView::explained, explained));
    } else {
      PlacingView.print(console, explained.placing());
    }
    return DONE;
  }
}
