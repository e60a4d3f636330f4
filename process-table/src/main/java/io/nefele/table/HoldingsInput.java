package io.nefele.table;

import io.nefele.core.AgentBoot;
import io.nefele.core.Name;

/** What happens to {@link Holdings}. */
public sealed interface HoldingsInput {

  /** The table has changed, or this agent's place in the hierarchy. */
  record Changed() implements HoldingsInput {}

  record Received(AgentBoot from, HoldingsMessage message) implements HoldingsInput {}

  /** Where is there nothing of {@code tenant}? {@link HoldingsEffect.Answered} tells. */
  record Asked(long question, Name tenant) implements HoldingsInput {}

  record RefreshDue() implements HoldingsInput {}

  /** The answer to a question takes too long. */
  record Overdue(long question) implements HoldingsInput {}
}
