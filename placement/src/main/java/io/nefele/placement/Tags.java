package io.nefele.placement;

import io.nefele.core.Name;
import io.nefele.core.Priority;
import java.util.List;
import java.util.Optional;

/**
 * By what constraints refer to a process.
 *
 * @param labels {@code KEY=VALUE}
 */
public record Tags(Name tenant, Optional<Name> name, List<String> labels) {
  /** How much it matters among those of its tenant. */
  int priority() {
    return Priority.of(labels);
  }
}
