package io.nefele.table;

import io.nefele.core.AgentId;
import io.nefele.core.Core;
import io.nefele.core.ProcessId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Questions to the table of the whole fabric: scattered to one speaker of each subtree, gathered
 * until all have answered or the deadline has passed. A subtree that did not answer is named in the
 * result, never left out in silence.
 */
public final class Queries implements Core<QueryInput, QueryEffect> {
  private final ProcessTable table;
  private final Map<Long, Gathering> gatherings = new LinkedHashMap<>();
  private long lastQuery;

  /**
   * @param table this agent's part of the table, which answers others' questions
   */
  public Queries(ProcessTable table) {
    this.table = table;
  }

  @Override
  public List<QueryEffect> step(Instant now, QueryInput input) {
    return switch (input) {
      case QueryInput.Asked asked -> ask(now, asked);
      case QueryInput.Received(AgentId from, QueryMessage.Ask(long query, Filter filter)) ->
          List.of(
              new QueryEffect.Send(from, new QueryMessage.Rows(query, table.answer(now, filter))));
      case QueryInput.Received(AgentId from, QueryMessage.Rows(long query, List<RowView> rows)) ->
          gather(query, from, rows);
      case QueryInput.DeadlinePassed(long query) -> {
        Gathering gathering = gatherings.remove(query);
        yield gathering == null ? List.of() : List.of(gathering.result());
      }
    };
  }

  private List<QueryEffect> ask(Instant now, QueryInput.Asked asked) {
    Gathering gathering = new Gathering(asked.token());
    gathering.add(table.answer(now, asked.filter()));
    if (asked.subtrees().isEmpty()) {
      return List.of(gathering.result());
    }
    long query = ++lastQuery;
    gatherings.put(query, gathering);
    List<QueryEffect> effects = new ArrayList<>();
    for (QueryInput.Subtree subtree : asked.subtrees()) {
      gathering.awaited.put(subtree.speaker(), subtree.label());
      effects.add(
          new QueryEffect.Send(subtree.speaker(), new QueryMessage.Ask(query, asked.filter())));
    }
    effects.add(new QueryEffect.SetDeadline(query, asked.deadline()));
    return effects;
  }

  private List<QueryEffect> gather(long query, AgentId from, List<RowView> rows) {
    Gathering gathering = gatherings.get(query);
    if (gathering == null || gathering.awaited.remove(from) == null) {
      return List.of();
    }
    gathering.add(rows);
    if (!gathering.awaited.isEmpty()) {
      return List.of();
    }
    gatherings.remove(query);
    return List.of(new QueryEffect.CancelDeadline(query), gathering.result());
  }

  /** The answers to one question so far. */
  private static final class Gathering {
    private final long token;
    private final SortedMap<AgentId, String> awaited = new TreeMap<>();
    private final SortedMap<ProcessId, RowView> rows = new TreeMap<>();

    Gathering(long token) {
      this.token = token;
    }

    /**
     * Two subtrees may answer for the same process while its agent moves between groups; the
     * younger news is the truer one.
     */
    void add(List<RowView> answers) {
      for (RowView row : answers) {
        rows.merge(row.row().id(), row, (a, b) -> a.ageMillis() <= b.ageMillis() ? a : b);
      }
    }

    QueryEffect result() {
      return new QueryEffect.Answered(
          token, List.copyOf(rows.values()), List.copyOf(awaited.values()));
    }
  }
}
