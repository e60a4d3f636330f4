package io.nefele.table;

import io.nefele.core.AgentId;
import java.time.Duration;
import java.util.SortedSet;

/** What {@link Holdings} want done. */
public sealed interface HoldingsEffect {

  record Send(AgentId to, HoldingsMessage message) implements HoldingsEffect {}

  /** Hand in {@link HoldingsInput.RefreshDue} after {@code delay}. */
  record SetRefresh(Duration delay) implements HoldingsEffect {}

  /** Hand in {@link HoldingsInput.Overdue} after {@code delay}. */
  record SetOverdue(long question, Duration delay) implements HoldingsEffect {}

  record CancelOverdue(long question) implements HoldingsEffect {}

  /**
   * @param empty the groups in which there is nothing of the tenant; nobody needs to ask there
   */
  record Answered(long question, SortedSet<String> empty) implements HoldingsEffect {}
}
