package io.nefele.agent.core;

import io.nefele.core.Name;
import java.util.Optional;

/**
 * Whom a caller acts as.
 *
 * @param tenant whose processes it starts, and whose names it uses
 * @param everybody whether it reaches the processes of all tenants: an operator that did not say as
 *     whom it acts
 * @param operator whether it may decide about tenants
 */
record Acting(Name tenant, boolean everybody, boolean operator) {

  /** Whether it reaches processes of {@code other}. */
  boolean reaches(Name other) {
    return everybody || tenant.equals(other);
  }

  /** Whose processes it sees; empty: everybody's. */
  Optional<Name> scope() {
    return everybody ? Optional.empty() : Optional.of(tenant);
  }
}
