package io.nefele.table;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
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
  private final Presentation presentation;
  private final Map<Long, Gathering> gatherings = new LinkedHashMap<>();
  private long lastQuery;

  /**
   * @param table this agent's part of the table, which answers others' questions
   * @param presentation what makes of the rows what is streamed
   */
  public Queries(ProcessTable table, Presentation presentation) {
    this.table = table;
    this.presentation = presentation;
  }

  @Override
  public List<QueryEffect> step(Instant now, QueryInput input) {
    return switch (input) {
      case QueryInput.Asked asked -> ask(now, asked);
      case QueryInput.Received(var from, QueryMessage.Ask ask) ->
          answer(now, ask).stream()
              .<QueryEffect>map(part -> new QueryEffect.Send(from, part))
              .toList();
      case QueryInput.Received(var from, QueryMessage.Part part) -> take(now, from, part);
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
    Coverage whole = ask.own() ? table.coverageOfOwn() : table.coverage(now);
    List<List<RowView>> parts = inParts(ask.presented() ? ofProcesses(rows) : rows);
    List<QueryMessage> answer = new ArrayList<>();
    for (int part = 0; part < parts.size(); part++) {
      Coverage coverage = part == 0 ? whole : Coverage.NONE;
      answer.add(
          ask.presented()
              ? new QueryMessage.Presented(
                  ask.query(), part, parts.size(), coverage, present(parts.get(part)))
              : new QueryMessage.Rows(ask.query(), part, parts.size(), coverage, parts.get(part)));
    }
    return answer;
  }

  private static List<RowView> ofProcesses(List<RowView> rows) {
    return rows.stream().filter(view -> view.row().kind() == ProcessRow.Kind.PROCESS).toList();
  }

  /** One part at least. */
  private static List<List<RowView>> inParts(List<RowView> rows) {
    List<List<RowView>> parts = new ArrayList<>();
    for (int begin = 0; begin == 0 || begin < rows.size(); begin += PART_ROWS) {
      parts.add(rows.subList(begin, Math.min(rows.size(), begin + PART_ROWS)));
    }
    return parts;
  }

  private Bytes present(List<RowView> rows) {
    return rows.isEmpty() ? Bytes.EMPTY : presentation.of(rows);
  }

  private List<QueryEffect> ask(Instant now, QueryInput.Asked asked) {
    long query = ++lastQuery;
    Gathering gathering = new Gathering(asked, now.plus(asked.deadline()));
    List<QueryEffect> effects = new ArrayList<>();
    for (Reach.Subtree subtree : asked.reach().subtrees()) {
      gathering.await(subtree);
      effects.add(ask(subtree.speaker(), query, gathering, false));
    }
    boolean asksNobody = effects.isEmpty();
    List<RowView> here = table.answer(now, asked.filter());
    if (asked.streamed()) {
      gathering.add(table.coverage(now), List.of());
      inParts(ofProcesses(here)).forEach(part -> stream(gathering, present(part), effects));
    } else {
      gathering.add(table.coverage(now), here);
    }
    gatherings.put(query, gathering);
    if (asksNobody) {
      effects.addAll(goOn(now, query, gathering));
    } else {
      effects.add(new QueryEffect.SetDeadline(query, asked.deadline()));
    }
    return effects;
  }

  private static QueryEffect ask(AgentId agent, long query, Gathering gathering, boolean own) {
    return new QueryEffect.Send(
        agent, new QueryMessage.Ask(query, gathering.filter(), own, gathering.isStreamed()));
  }

  private List<QueryEffect> take(Instant now, AgentId from, QueryMessage.Part part) {
    Gathering gathering = gatherings.get(part.query());
    if (gathering == null || !gathering.take(from, part)) {
      return List.of();
    }
    List<QueryEffect> effects = new ArrayList<>();
    if (part instanceof QueryMessage.Presented presented) {
      stream(gathering, presented.rows(), effects);
    }
    effects.addAll(goOn(now, part.query(), gathering));
    return effects;
  }

  private static void stream(Gathering gathering, Bytes rows, List<QueryEffect> effects) {
    if (rows.size() > 0) {
      effects.add(new QueryEffect.Streamed(gathering.token(), rows));
    }
  }

  /** Another one speaks for a subtree whose speaker is lost. */
  private List<QueryEffect> lose(Instant now, AgentId agent) {
    List<QueryEffect> effects = new ArrayList<>();
    for (var each : List.copyOf(gatherings.entrySet())) {
      Gathering gathering = each.getValue();
      gathering
          .lose(agent)
          .ifPresent(other -> effects.add(ask(other, each.getKey(), gathering, false)));
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
    gathering.askTheOverlooked().forEach(agent -> effects.add(ask(agent, query, gathering, true)));
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
