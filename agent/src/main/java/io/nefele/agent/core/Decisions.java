package io.nefele.agent.core;

import io.nefele.core.Codec;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.wire.PlacingRow;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** How this agent placed what it was last asked for, so that it can explain it. */
final class Decisions {
  private static final int REMEMBERED = 500;

  private final Deque<Made> latest = new ArrayDeque<>();

  /**
   * One decision.
   *
   * @param processes what came of it; none if it was refused or only planned
   */
  record Made(Name tenant, List<ProcessId> processes, PlacingRow placing) {
    static final Codec<Made> CODEC =
        Codec.of(
            (made, out) ->
                out.put(Name.CODEC, made.tenant)
                    .list(ProcessId.CODEC, made.processes)
                    .put(PlacingRow.CODEC, made.placing),
            in -> new Made(in.get(Name.CODEC), in.list(ProcessId.CODEC), in.get(PlacingRow.CODEC)));
  }

  void add(Made made) {
    latest.addFirst(made);
    if (latest.size() > REMEMBERED) {
      latest.removeLast();
    }
  }

  /** How {@code process} came to be where it is. */
  Optional<Made> of(Name tenant, ProcessId process) {
    return latest.stream()
        .filter(made -> made.tenant.equals(tenant) && made.processes.contains(process))
        .findFirst();
  }

  /** The last decision for a tenant. */
  Optional<Made> last(Name tenant) {
    return latest.stream().filter(made -> made.tenant.equals(tenant)).findFirst();
  }
}
