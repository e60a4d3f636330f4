package io.nefele.table;

import io.nefele.core.AgentId;
import io.nefele.core.Core;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Questions to the table of the whole fabric: scattered to one speaker of each subtree, gathered
 * until all have answered or the deadline has passed. A subtree that did not answer is named in the
 * result, never left out in silence.
 *
 * <p>Each answer says whose rows it has. An agent that is on its way from one group to another may
 * be in nobody's answer; it is asked itself then, before the result is told.
 */
public final class Queries implements Core<QueryInput, QueryEffect> {
  /** A large answer comes in parts, so that what it shares a connection with need not wait long. */
  static final int PART_ROWS = 1_000;

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
      case QueryInput.Received(var from, QueryMessage.Ask ask) ->
          answer(now, ask).stream()
              .<QueryEffect>map(rows -> new QueryEffect.Send(from, rows))
              .toList();
      case QueryInput.Received(var from, QueryMessage.Rows rows) -> {
        Gathering gathering = gatherings.get(rows.query());
        yield gathering != null && gathering.take(from, rows)
            ? goOn(now, rows.query(), gathering)
            : List.of();
      }
      case QueryInput.AgentLost(var agent) -> lose(now, agent);
      case QueryInput.DeadlinePassed(long query) -> {
        Gathering gathering = gatherings.get(query);
        if (gathering == null) {
          yield List.of();
        }
        gathering.losePatience();
        Duration left = gathering.left(now);
        if (!gathering.isComplete() && left.isPositive()) {
          yield List.of(new QueryEffect.SetDeadline(query, left));
        }
        gatherings.remove(query);
        yield List.of(gathering.result());
      }
    };
  }

  private List<QueryMessage> answer(Instant now, QueryMessage.Ask ask) {
    List<RowView> rows =
        ask.own() ? table.answerOwn(ask.filter()) : table.answer(now, ask.filter());
    int parts = Math.max(1, Math.ceilDiv(rows.size(), PART_ROWS));
    List<QueryMessage> answer = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      int begin = part * PART_ROWS;
      answer.add(
          new QueryMessage.Rows(
              ask.query(),
              part,
              parts,
              part == 0 ? table.coverage(now) : Coverage.NONE,
              rows.subList(begin, Math.min(rows.size(), begin + PART_ROWS))));
    }
    return answer;
  }

  private List<QueryEffect> ask(Instant now, QueryInput.Asked asked) {
    long query = ++lastQuery;
    Gathering gathering = new Gathering(asked, now.plus(asked.deadline()));
    gathering.add(table.coverage(now), table.answer(now, asked.filter()));
    List<QueryEffect> effects = new ArrayList<>();
    for (Reach.Subtree subtree : asked.reach().subtrees()) {
      gathering.await(subtree);
      effects.add(ask(subtree.speaker(), query, asked.filter()));
    }
    gatherings.put(query, gathering);
    if (effects.isEmpty()) {
      return goOn(now, query, gathering);
    }
    effects.add(new QueryEffect.SetDeadline(query, asked.deadline()));
    return effects;
  }

  private static QueryEffect ask(AgentId speaker, long query, Filter filter) {
    return new QueryEffect.Send(speaker, new QueryMessage.Ask(query, filter, false));
  }

  /** Another one speaks for a subtree whose speaker is lost. */
  private List<QueryEffect> lose(Instant now, AgentId agent) {
    List<QueryEffect> effects = new ArrayList<>();
    for (var each : List.copyOf(gatherings.entrySet())) {
      Gathering gathering = each.getValue();
      gathering
          .lose(agent)
          .ifPresent(other -> effects.add(ask(other, each.getKey(), gathering.filter())));
      effects.addAll(goOn(now, each.getKey(), gathering));
    }
    return effects;
  }

  /** Nobody is waited for any more, unless somebody is still to be asked. */
  private List<QueryEffect> goOn(Instant now, long query, Gathering gathering) {
    if (!gathering.isComplete()) {
      return List.of();
    }
    List<QueryEffect> effects = new ArrayList<>();
    gathering
        .askTheOverlooked()
        .forEach(
            agent ->
                effects.add(
                    new QueryEffect.Send(
                        agent, new QueryMessage.Ask(query, gathering.filter(), true))));
    if (effects.isEmpty()) {
      gatherings.remove(query);
      return gathering.hasAsked()
          ? List.of(new QueryEffect.CancelDeadline(query), gathering.result())
          : List.of(gathering.result());
    }
    effects.add(new QueryEffect.SetDeadline(query, gathering.patience(now)));
    return effects;
  }
}
