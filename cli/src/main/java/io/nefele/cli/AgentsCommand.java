package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response;
import io.nefele.wire.Response.AgentRow;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code nefele agents}. */
final class AgentsCommand extends AskingCommand {
  /** Those of a local fabric first, as people count them. */
  private static final Comparator<AgentRow> BY_NUMBER =
      Comparator.comparing((AgentRow row) -> row.number() == 0)
          .thenComparing(AgentRow::number)
          .thenComparing(AgentRow::id);

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  @Option(
      names = "--ask",
      description = "Have each agent answer for itself now, instead of telling what is known.")
  boolean ask;

  @Option(
      names = "--group",
      paramLabel = "ID",
      defaultValue = "",
      description = "With --ask: the agents below that group only.")
  String group = "";

  @Option(
      names = "--timeout",
      paramLabel = "D",
      defaultValue = "2s",
      description = "With --ask: how long they may take (default: 2s).")
  Duration timeout = Duration.ZERO;

  AgentsCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    if (!ask && !group.isEmpty()) {
      throw usage("--group goes with --ask");
    }
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    Response.AgentAnswers answers =
        ask
            ? agent.askAgents(group, timeout)
            : new Response.AgentAnswers(agent.agents(), List.of());
    List<AgentRow> agents = answers.agents().stream().sorted(BY_NUMBER).toList();
    if (json) {
      console.out().println(Json.array(Json::agent, agents));
    } else {
      table(agents).print(console);
    }
    return reportMissing(answers.missing());
  }

  private static Table table(List<AgentRow> agents) {
    Table table =
        new Table(
            "K", "ID", "NAME", "STATE", "GROUP", "CPU FREE", "MEM FREE", "RTT", "ISOLATION", "INC");
    for (AgentRow row : agents) {
      table.row(
          row.number() == 0 ? "-" : Integer.toString(row.number()),
          row.id(),
          row.name(),
          row.state() + (row.drained() ? ", drained" : ""),
          row.group().isEmpty() ? "-" : row.group(),
          CpuShare.show(row.cpuMillisFree()) + "/" + CpuShare.show(row.cpuMillisCapacity()),
          Size.show(row.memoryBytesFree()) + "/" + Size.show(row.memoryBytesCapacity()),
          row.rttMicros() == 0 ? "self" : Span.showMicros(row.rttMicros()),
          row.isolation(),
          Long.toString(row.incarnation()));
    }
    return table;
  }
}
