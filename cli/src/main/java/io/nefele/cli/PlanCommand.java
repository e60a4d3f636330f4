package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nefele plan}: where processes would run, held for a while. */
final class PlanCommand extends AskingCommand {
  @Mixin ProcessOptions processes = new ProcessOptions();

  @Option(
      names = "--hold",
      order = ShortHelp.USUAL,
      paramLabel = "D",
      defaultValue = "60s",
      description = "How long the places are held, an hour at most (default: 60s).")
  Duration hold = Duration.ofSeconds(60);

  @Option(names = "--json", order = ShortHelp.USUAL, description = "Print one JSON document.")
  boolean json;

  private List<Start> starts = List.of();

  PlanCommand(Console console) {
    super(console);
  }

  @Override
  boolean answersAlone() throws IOException {
    if (processes.schema) {
      console.out().print(SpecFile.schema());
    }
    return processes.schema;
  }

  @Override
  void checkUsage() throws NefeleException {
    starts = processes.starts(console, false);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    Response.Planned planned = agent.plan(Start.shipped(console, starts, agent), hold);
    if (json) {
      console.out().println(Json.document(PlacingView::planned, planned));
      return DONE;
    }
    PlacingView.print(console, planned.placing());
    console.out().println();
    console
        .out()
        .println(
            "held for "
                + planned.holdMillis() / 1000
                + " s; start just this with: nefele spawn --plan "
                + planned.plan());
    return DONE;
  }
}
