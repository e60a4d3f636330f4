package io.nefele.table.history;

import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProgramId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known of programs, no more than a bounded part of it: what those agents have seen of a
 * program where it ran last, and of all that of a tenant what is newest.
 *
 * <p>What is held does not depend on the order in which it came: whoever was put the same holds the
 * same. (A bound on programs would not do: one that was dropped and comes back would lack what was
 * known of it before.)
 */
final class Shelf {
  /** How much is held of all programs of a tenant. */
  static final int USES_MAX = 1_024;

  /** What how many agents have seen of a program is held. */
  static final int ORIGINS_MAX = 8;

  private final SortedMap<Name, SortedMap<ProgramId, SortedMap<AgentId, ProgramUse>>> tenants =
      new TreeMap<>();
  private long mark;
  private long newest;

  /** What became of one that was put. */
  record Change(boolean held, List<ProgramUse> dropped) {
    static final Change NONE = new Change(false, List.of());
  }

  /** Takes {@code use} up, unless something newer is held with its key or without. */
  Change put(ProgramUse use) {
    ProgramUse.Key key = use.key();
    Optional<ProgramUse> before = get(key);
    if (before.isPresent() && before.get().stamp() >= use.stamp()) {
      return Change.NONE;
    }
    newest = Math.max(newest, use.stamp());
    before.ifPresent(old -> mark -= old.mark());
    mark += use.mark();
    SortedMap<ProgramId, SortedMap<AgentId, ProgramUse>> programs =
        tenants.computeIfAbsent(key.tenant(), tenant -> new TreeMap<>());
    SortedMap<AgentId, ProgramUse> origins =
        programs.computeIfAbsent(key.program(), program -> new TreeMap<>());
    origins.put(key.origin(), use);
    List<ProgramUse> dropped = new ArrayList<>();
    if (origins.size() > ORIGINS_MAX) {
      drop(oldest(origins.values()), dropped);
    }
    List<ProgramUse> all = of(programs);
    if (all.size() > USES_MAX) {
      drop(oldest(all), dropped);
    }
    return new Change(!dropped.contains(use), dropped);
  }

  /** Drops all of a tenant. */
  List<ProgramUse> remove(Name tenant) {
    List<ProgramUse> dropped = new ArrayList<>();
    of(tenants.getOrDefault(tenant, new TreeMap<>())).forEach(use -> drop(use, dropped));
    return dropped;
  }

  Optional<ProgramUse> get(ProgramUse.Key key) {
    return Optional.ofNullable(origins(key.tenant(), key.program()).get(key.origin()));
  }

  /** What agents have seen of a program. */
  SortedMap<AgentId, ProgramUse> origins(Name tenant, ProgramId program) {
    return tenants.getOrDefault(tenant, new TreeMap<>()).getOrDefault(program, new TreeMap<>());
  }

  /** All that is held, by key. */
  List<ProgramUse> all() {
    List<ProgramUse> all = new ArrayList<>();
    tenants.values().forEach(programs -> all.addAll(of(programs)));
    return all;
  }

  List<Estimate> estimates() {
    List<Estimate> estimates = new ArrayList<>();
    tenants
        .values()
        .forEach(
            programs ->
                programs.values().forEach(origins -> estimates.add(Estimate.of(origins.values()))));
    return estimates;
  }

  /** Equal where the same is held and, as good as never, elsewhere. */
  long mark() {
    return mark;
  }

  /** The latest stamp that was ever seen. */
  long newest() {
    return newest;
  }

  private void drop(ProgramUse use, List<ProgramUse> dropped) {
    ProgramUse.Key key = use.key();
    SortedMap<ProgramId, SortedMap<AgentId, ProgramUse>> programs =
        tenants.getOrDefault(key.tenant(), new TreeMap<>());
    SortedMap<AgentId, ProgramUse> origins = programs.getOrDefault(key.program(), new TreeMap<>());
    if (origins.remove(key.origin()) == null) {
      return;
    }
    if (origins.isEmpty()) {
      programs.remove(key.program());
    }
    if (programs.isEmpty()) {
      tenants.remove(key.tenant());
    }
    mark -= use.mark();
    dropped.add(use);
  }

  private static List<ProgramUse> of(
      SortedMap<ProgramId, SortedMap<AgentId, ProgramUse>> programs) {
    List<ProgramUse> all = new ArrayList<>();
    programs.values().forEach(origins -> all.addAll(origins.values()));
    return all;
  }

  private static ProgramUse oldest(Collection<ProgramUse> uses) {
    ProgramUse oldest = uses.iterator().next();
    for (ProgramUse use : uses) {
      oldest = oldest.isNewerThan(use) ? use : oldest;
    }
    return oldest;
  }
}
