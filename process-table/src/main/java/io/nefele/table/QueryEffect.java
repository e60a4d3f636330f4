package io.nefele.table;

import io.nefele.core.AgentId;
import java.time.Duration;
import java.util.List;

/** What {@link Queries} want done. */
public sealed interface QueryEffect {

  record Send(AgentId to, QueryMessage message) implements QueryEffect {}

  /** Hand in {@link QueryInput.DeadlinePassed} after {@code delay}. */
  record SetDeadline(long query, Duration delay) implements QueryEffect {}

  record CancelDeadline(long query) implements QueryEffect {}

  /**
   * @param rows sorted by id, each process once
   * @param missing the labels of the subtrees that did not answer
   */
  record Answered(long token, List<RowView> rows, List<String> missing) implements QueryEffect {}
}
