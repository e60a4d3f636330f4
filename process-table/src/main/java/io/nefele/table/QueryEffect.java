package io.nefele.table;

import io.nefele.core.AgentId;
import java.time.Duration;
import java.util.List;

/** What {@link Queries} want done. */
public sealed interface QueryEffect {

  record Send(AgentId to, QueryMessage message) implements QueryEffect {}

  /** Hand in {@link QueryInput.DeadlinePassed} after {@code delay}, and not as set before. */
  record SetDeadline(long query, Duration delay) implements QueryEffect {}

  record CancelDeadline(long query) implements QueryEffect {}

  /**
   * @param rows sorted by id, each process once
   * @param missing what people call the subtrees and agents whose rows are not among them, or
   *     perhaps not all
   */
  record Answered(long token, List<RowView> rows, List<String> missing) implements QueryEffect {}
}
