package io.nefele.placement;

import io.nefele.core.Name;
import java.util.List;
import java.util.Optional;

/**
 * By what constraints refer to a process.
 *
 * @param labels {@code KEY=VALUE}
 */
public record Tags(Name tenant, Optional<Name> name, List<String> labels) {}
