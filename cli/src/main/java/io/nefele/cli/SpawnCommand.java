package io.nefele.cli;

import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ProcessSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nefele spawn}. */
final class SpawnCommand extends AskingCommand {
  @Mixin ProcessOptions processes = new ProcessOptions();

  @Option(
      names = "--plan",
      paramLabel = "ID",
      description = "Start what 'nefele plan' has planned, just where it says.")
  @Nullable String plan;

  @Option(
      names = "--timeout",
      order = ShortHelp.USUAL,
      paramLabel = "D",
      description = "Call off what is not there by then; exit code 5 (default: no limit).")
  @Nullable Duration timeout;

  @Option(
      names = "--json",
      order = ShortHelp.USUAL,
      description = "Print the ids as one JSON array.")
  boolean json;

  private List<Start> starts = List.of();

  SpawnCommand(Console console) {
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
    if (plan == null) {
      starts = processes.starts(console, false);
    } else if (!processes.isEmpty()) {
      throw usage("--plan " + plan + " says what to start; leave out the rest");
    }
  }

  private List<ProcessId> spawned(Nefele agent) throws NefeleException {
    List<ProcessSpec> specs = Start.shipped(console, starts, agent);
    return timeout == null ? agent.spawn(specs) : agent.spawn(specs, timeout);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    List<ProcessId> ids = plan == null ? spawned(agent) : agent.spawnPlan(plan);
    if (json) {
      console.out().println(Json.array(Json::id, ids));
    } else {
      ids.forEach(console.out()::println);
    }
    return DONE;
  }
}
