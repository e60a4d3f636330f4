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

  /** Hand in {@link TableInput.NewsDue} after {@code delay}. */
  record SetNewsTimer(Duration delay) implements TableEffect {}
}
