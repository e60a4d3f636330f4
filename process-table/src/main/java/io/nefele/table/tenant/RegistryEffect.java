package io.nefele.table.tenant;

import io.nefele.core.AgentId;
import java.time.Duration;
import java.util.Optional;

/** What a {@link Registry} wants done. */
public sealed interface RegistryEffect {

  /** Write an entry down. */
  record Persist(RegistryEntry entry) implements RegistryEffect {}

  record Send(AgentId to, RegistryMessage message) implements RegistryEffect {}

  /**
   * Have every agent take over {@code entry} if it is newer than what it holds, and say what it
   * holds then; hand that in as {@link RegistryInput.ClaimAnswered}.
   */
  record AskAll(long token, RegistryEntry entry) implements RegistryEffect {}

  /**
   * How a claim has ended.
   *
   * @param held what holds for the name now
   * @param won whether that is what was wanted
   */
  record ClaimSettled(long token, RegistryEntry held, boolean won) implements RegistryEffect {}

  /** Hand in {@link RegistryInput.ComparisonDue} after {@code delay}; replaces an earlier one. */
  record SetTimer(Duration delay) implements RegistryEffect {}

  /**
   * An entry holds now.
   *
   * @param before what held until now
   */
  record Changed(RegistryEntry entry, Optional<RegistryEntry> before) implements RegistryEffect {}
}
