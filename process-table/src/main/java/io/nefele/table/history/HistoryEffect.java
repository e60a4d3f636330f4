package io.nefele.table.history;

import io.nefele.core.AgentId;
import java.time.Duration;

/** What {@link Histories} want done. */
public sealed interface HistoryEffect {

  /** Write down what this agent has seen, in place of what it wrote with the same key. */
  record Persist(ProgramUse use) implements HistoryEffect {}

  /** What was written with that key need not be kept. */
  record Forget(ProgramUse.Key key) implements HistoryEffect {}

  record Send(AgentId to, HistoryMessage message) implements HistoryEffect {}

  record SetNewsTimer(Duration delay) implements HistoryEffect {}

  record SetComparisonTimer(Duration delay) implements HistoryEffect {}
}
