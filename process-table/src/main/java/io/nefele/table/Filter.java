package io.nefele.table;

import io.nefele.core.Codec;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.util.Optional;

/**
 * Which rows a query is after. What is absent does not matter.
 *
 * @param liveOnly leave out processes that have ended; lost ones are not known to have
 */
public record Filter(
    Optional<Name> tenant, Optional<ProcessId> process, Optional<Name> name, boolean liveOnly) {

  public static final Codec<Filter> CODEC =
      Codec.of(
          (filter, out) ->
              out.optional(Name.CODEC, filter.tenant)
                  .optional(ProcessId.CODEC, filter.process)
                  .optional(Name.CODEC, filter.name)
                  .bool(filter.liveOnly),
          in ->
              new Filter(
                  in.optional(Name.CODEC),
                  in.optional(ProcessId.CODEC),
                  in.optional(Name.CODEC),
                  in.bool()));

  /** Every row of {@code tenant}, or of all if it is empty. */
  public static Filter ofTenant(Optional<Name> tenant, boolean liveOnly) {
    return new Filter(tenant, Optional.empty(), Optional.empty(), liveOnly);
  }

  boolean admits(ProcessRow row) {
    return tenant.map(row.tenant()::equals).orElse(true)
        && process.map(row.id()::equals).orElse(true)
        && name.map(wanted -> row.name().equals(Optional.of(wanted))).orElse(true)
        && !(liveOnly && row.state() == ProcessState.EXITED);
  }
}
