package io.nefele.table;

import io.nefele.core.AgentId;
import java.time.Duration;

/** What a {@link ProcessTable} wants done. */
public sealed interface TableEffect {

  /** To all others of the level-0 group, in order. */
  record Broadcast(TableMessage message) implements TableEffect {}

  record Send(AgentId to, TableMessage message) implements TableEffect {}

  /** Hand in {@link TableInput.DigestDue} after {@code delay}; replaces an earlier one. */
  record SetDigestTimer(Duration delay) implements TableEffect {}

  /** For whoever wants to know: something happened to a process. */
  record Noticed(RowEvent event) implements TableEffect {}

  /**
   * For whoever wants to know: a peer told rows that are not its to tell, and they were dropped.
   *
   * @param count how often it has
   */
  record ForeignRows(AgentId from, AgentId of, long count) implements TableEffect {}

  /** Hand in {@link TableInput.NewsDue} after {@code delay}. */
  record SetNewsTimer(Duration delay) implements TableEffect {}
}
