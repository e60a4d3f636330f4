package io.nefele.table;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import java.time.Duration;
import java.util.List;

/** What {@link Queries} want done. */
public sealed interface QueryEffect {

  record Send(AgentId to, QueryMessage message) implements QueryEffect {}

  /** Hand in {@link QueryInput.DeadlinePassed} after {@code delay}, and not as set before. */
  record SetDeadline(long query, Duration delay) implements QueryEffect {}

  record CancelDeadline(long query) implements QueryEffect {}

  /**
   * Rows have come that are streamed; those of one process may come twice while its agent moves.
   *
   * @param rows as {@link Presentation} made them
   */
  record Streamed(long token, Bytes rows) implements QueryEffect {}

  /**
   * @param rows sorted by id, each process once; none if they were streamed
   * @param missing what people call the subtrees and agents whose rows are not among them, or
   *     perhaps not all
   */
  record Answered(long token, List<RowView> rows, List<String> missing) implements QueryEffect {}
}
