package io.nefele.table.tenant;

import io.nefele.core.AgentId;
import java.time.Duration;
import java.util.Optional;

/** What a {@link Registry} wants done. */
public sealed interface RegistryEffect {

  /** Write an entry down. */
  record Persist(RegistryEntry entry) implements RegistryEffect {}

  record Send(AgentId to, RegistryMessage message) implements RegistryEffect {}

  /** Hand in {@link RegistryInput.ComparisonDue} after {@code delay}; replaces an earlier one. */
  record SetTimer(Duration delay) implements RegistryEffect {}

  /**
   * An entry holds now.
   *
   * @param before what held until now
   */
  record Changed(RegistryEntry entry, Optional<RegistryEntry> before) implements RegistryEffect {}
}
