package io.nefele.table.tenant;

import io.nefele.core.AgentId;
import java.util.List;
import java.util.Optional;

/** What happens to a {@link Registry}. */
public sealed interface RegistryInput {

  /** The agent has started; {@code recovered} is what its disk had. */
  record Started(List<RegistryEntry> recovered) implements RegistryInput {}

  /** This agent decides something. */
  record Decided(RegistryEntry.Content content) implements RegistryInput {}

  /**
   * This agent wants a name for a process. It gets it if nobody who is asked ({@link
   * RegistryEffect.AskAll}) knows of a newer owner.
   *
   * @param token comes back with the outcome
   * @param seen the stamp of what held when the name was found to be free, or none if nothing did:
   *     whatever holds since then may be another's
   */
  record ClaimWanted(long token, RegistryEntry.Claim claim, Optional<Stamp> seen)
      implements RegistryInput {}

  /**
   * What those hold for it who were asked and have answered.
   *
   * @param token of {@link RegistryEffect.AskAll}
   */
  record ClaimAnswered(long token, List<RegistryEntry> held) implements RegistryInput {}

  record Received(AgentId from, RegistryMessage message) implements RegistryInput {}

  /** An agent has come, or come back: it may know less, or more. */
  record AgentCame(AgentId agent) implements RegistryInput {}

  /** The timer of {@link RegistryEffect.SetTimer} is due. */
  record ComparisonDue() implements RegistryInput {}
}
