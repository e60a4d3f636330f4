package io.nefele.table.tenant;

import io.nefele.core.AgentId;
import java.util.List;

/** What happens to a {@link Registry}. */
public sealed interface RegistryInput {

  /** The agent has started; {@code recovered} is what its disk had. */
  record Started(List<RegistryEntry> recovered) implements RegistryInput {}

  /** This agent decides something. */
  record Decided(RegistryEntry.Content content) implements RegistryInput {}

  record Received(AgentId from, RegistryMessage message) implements RegistryInput {}

  /** An agent has come, or come back: it may know less, or more. */
  record AgentCame(AgentId agent) implements RegistryInput {}

  /** The timer of {@link RegistryEffect.SetTimer} is due. */
  record ComparisonDue() implements RegistryInput {}
}
