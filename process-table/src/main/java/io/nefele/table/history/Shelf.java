package io.nefele.table.history;

import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProgramId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known of programs, no more than a bounded part of it: of each tenant the programs that
 * ran last, and of each of these what those agents have seen where it ran last.
 *
 * <p>What is held is what is newest of all that was ever put, in whatever order it came: whoever
 * was put the same holds the same.
 */
final class Shelf {
  /** How many programs of a tenant are held. */
  static final int PROGRAMS_MAX = 128;

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
      drop(oldest(origins), dropped);
    }
    if (programs.size() > PROGRAMS_MAX) {
      ProgramUse least = use;
      for (SortedMap<AgentId, ProgramUse> others : programs.values()) {
        ProgramUse last = newest(others);
        least = isOlder(last, least) ? last : least;
      }
      List.copyOf(origins(key.tenant(), least.key().program()).values())
          .forEach(its -> drop(its, dropped));
    }
    return new Change(!dropped.contains(use), dropped);
  }

  /** Drops all of a tenant. */
  List<ProgramUse> remove(Name tenant) {
    List<ProgramUse> dropped = new ArrayList<>();
    all().stream()
        .filter(use -> use.key().tenant().equals(tenant))
        .forEach(use -> drop(use, dropped));
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
    tenants
        .values()
        .forEach(programs -> programs.values().forEach(origins -> all.addAll(origins.values())));
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

  private static ProgramUse oldest(SortedMap<AgentId, ProgramUse> origins) {
    ProgramUse oldest = origins.firstEntry().getValue();
    for (ProgramUse use : origins.values()) {
      oldest = oldest.isNewerThan(use) ? use : oldest;
    }
    return oldest;
  }

  private static ProgramUse newest(SortedMap<AgentId, ProgramUse> origins) {
    ProgramUse newest = origins.firstEntry().getValue();
    for (ProgramUse use : origins.values()) {
      newest = use.isNewerThan(newest) ? use : newest;
    }
    return newest;
  }

  /** Of the latest of two programs: everywhere the same, also if they are of the same instant. */
  private static boolean isOlder(ProgramUse one, ProgramUse other) {
    return one.stamp() != other.stamp()
        ? one.stamp() < other.stamp()
        : one.key().program().compareTo(other.key().program()) < 0;
  }
}
