package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import io.nefele.table.Coverage;
import io.nefele.table.HoldingsMessage;
import io.nefele.table.ProcessRow;
import io.nefele.table.QueryMessage;
import io.nefele.table.RowView;
import io.nefele.table.TableMessage;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** What goes wrong with rows and answers. */
final class TableSurgeries {
  private TableSurgeries() {}

  static Surgery keepsRowsToItself() {
    return Surgery.muteOn(
        effect -> effect instanceof AgentEffect.Broadcast(var group, AgentMessage.OfTable table));
  }

  static Surgery keepsDigestsToItself() {
    return Surgery.muteOn(
        effect ->
            effect
                instanceof
                AgentEffect.Broadcast(var group, AgentMessage.OfTable(TableMessage.Digest digest)));
  }

  static Surgery answersNoQuestions() {
    return Surgery.deafTo(
        input -> input instanceof AgentInput.MessageArrived(var from, AgentMessage.OfQuery query));
  }

  /** Of its own group's mailboxes others hear nothing; of its processes they do. */
  static final class HidesMailboxes implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect
          instanceof
          AgentEffect.Send(
              var to,
              AgentMessage.OfQuery(
                  QueryMessage.Rows(long query, int part, int parts, var coverage, var rows)))) {
        List<RowView> shown =
            rows.stream().filter(view -> view.row().kind() == ProcessRow.Kind.PROCESS).toList();
        return List.of(
            new AgentEffect.Send(
                to,
                new AgentMessage.OfQuery(
                    new QueryMessage.Rows(query, part, parts, coverage, shown))));
      }
      return List.of(effect);
    }
  }

  static final class TakesAnswersForComplete implements Surgery {
    private final SortedSet<AgentBoot> known = new TreeSet<>();

    @Override
    public List<AgentInput> input(AgentInput input) {
      if (input
          instanceof
          AgentInput.MessageArrived(var from, AgentMessage.OfQuery(QueryMessage.Part part))) {
        return List.of(
            new AgentInput.MessageArrived(from, new AgentMessage.OfQuery(complete(part))));
      }
      return List.of(input);
    }

    private QueryMessage complete(QueryMessage.Part answer) {
      Coverage all = new Coverage(List.copyOf(known), List.of());
      return switch (answer) {
        case QueryMessage.Rows(long query, int part, int parts, var coverage, var rows) ->
            new QueryMessage.Rows(query, part, parts, all, rows);
        case QueryMessage.Presented(long query, int part, int parts, var coverage, var rows) ->
            new QueryMessage.Presented(query, part, parts, all, rows);
      };
    }

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect instanceof AgentEffect.MembershipChanged(var event)) {
        known.add(event.member().boot());
      }
      return List.of(effect);
    }
  }

  static final class KeepsTenantsOutOfSummaries implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect
          instanceof
          AgentEffect.Send(
              var to,
              AgentMessage.OfHoldings(
                  HoldingsMessage.Summary(String group, long version, var tenants)))) {
        return List.of(
            new AgentEffect.Send(
                to,
                new AgentMessage.OfHoldings(
                    new HoldingsMessage.Summary(group, version, List.of()))));
      }
      return List.of(effect);
    }
  }

  static Surgery forgetsToWrite() {
    return Surgery.muteOn(effect -> effect instanceof AgentEffect.Persist);
  }

  static final class WritesForOthers implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect instanceof AgentEffect.Persist(ProcessRow row)) {
        AgentBoot other = new AgentBoot(new AgentId(row.id().agent().value() ^ 1), 1);
        return List.of(
            effect,
            new AgentEffect.Persist(
                new ProcessRow(
                    new ProcessId(other, row.id().counter()),
                    row.kind(),
                    row.tenant(),
                    row.name(),
                    row.command(),
                    row.state(),
                    row.exitCode(),
                    row.startedAtMillis(),
                    row.stateSinceMillis(),
                    row.cpuMillis(),
                    row.memoryBytes())));
      }
      return List.of(effect);
    }
  }

  static final class AnswersTwice implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect instanceof AgentEffect.Reply ? List.of(effect, effect) : List.of(effect);
    }
  }
}
