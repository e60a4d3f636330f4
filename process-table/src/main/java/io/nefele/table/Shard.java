package io.nefele.table;

import io.nefele.core.AgentId;
import io.nefele.core.InvariantViolation;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One agent's rows: written by that agent, replicated as they are by others.
 *
 * <p>A delta-state CRDT (Almeida, Shoker, Baquero 2018, section 4) made simple by having a single
 * writer: the writer's version orders all states of a shard, so joining two replicas is taking the
 * later rows. Removals leave no tombstone behind: they are told once, and the shard remembers only
 * when it last removed anything. A replica that missed that is sent the whole shard.
 */
final class Shard {
  private final AgentId origin;
  private final TenantCounts tenants;
  private final SortedMap<ProcessId, VersionedRow> rows = new TreeMap<>();

  /** Who has a name: most questions are for one. */
  private final SortedMap<Name, SortedSet<ProcessId>> names = new TreeMap<>();

  private Version version = Version.NONE;
  private Version lastRemoval = Version.NONE;

  /**
   * @param tenants of all shards of one agent, this one's rows among them
   */
  Shard(AgentId origin, TenantCounts tenants) {
    this.origin = origin;
    this.tenants = tenants;
  }

  /** A row and the version of its shard at which it last changed. */
  record VersionedRow(ProcessRow row, Version version) {}

  Version version() {
    return version;
  }

  Collection<VersionedRow> rows() {
    return rows.values();
  }

  Optional<ProcessRow> row(ProcessId process) {
    return Optional.ofNullable(rows.get(process)).map(VersionedRow::row);
  }

  /** The row with the version at which it last changed. */
  Optional<VersionedRow> versioned(ProcessId process) {
    return Optional.ofNullable(rows.get(process));
  }

  /**
   * Adds the rows that {@code filter} admits to {@code views}, without what their processes are
   * started again by.
   *
   * @param lostSinceMillis since when the writer is lost, if it is
   */
  void show(Filter filter, Optional<Long> lostSinceMillis, long ageMillis, List<RowView> views) {
    for (VersionedRow versioned : candidates(filter)) {
      ProcessRow row = versioned.row();
      if (filter.admits(row)) {
        boolean lost = lostSinceMillis.isPresent() && row.state().isLive();
        ProcessRow shown = lost ? row.with(ProcessState.LOST, lostSinceMillis.get()) : row;
        views.add(
            new RowView(
                shown.revival().isPresent() ? shown.with(Optional.empty()) : shown, ageMillis));
      }
    }
  }

  /** No fewer rows than the filter admits, and few if it is after a process or a name. */
  private Collection<VersionedRow> candidates(Filter filter) {
    if (filter.process().isPresent()) {
      return versioned(filter.process().get()).map(List::of).orElse(List.of());
    }
    return filter.name().isPresent() ? named(filter.name().get()) : rows.values();
  }

  private List<VersionedRow> named(Name name) {
    List<VersionedRow> found = new ArrayList<>();
    for (ProcessId process : names.getOrDefault(name, Collections.emptySortedSet())) {
      versioned(process).ifPresent(found::add);
    }
    return found;
  }

  /**
   * As the writer, once after a start: later changes are newer than all of earlier boots, and
   * replicas of those are replaced, since rows may have been lost with the crash.
   */
  void beginEpoch(int epoch) {
    version = new Version(epoch, 0);
    lastRemoval = version;
  }

  /** As the writer: puts {@code row}. */
  void put(ProcessRow row) {
    VersionedRow known = rows.get(row.id());
    InvariantViolation.check(
        known == null || known.row().mayBecome(row),
        () -> "a row went back: " + known + " to " + row);
    version = version.next();
    set(new VersionedRow(row, version));
  }

  private void set(VersionedRow row) {
    VersionedRow before = rows.put(row.row().id(), row);
    if (before == null) {
      tenants.plus(row.row().tenant());
    } else {
      unname(before.row());
    }
    row.row()
        .name()
        .ifPresent(its -> names.computeIfAbsent(its, n -> new TreeSet<>()).add(row.row().id()));
  }

  private void unname(ProcessRow row) {
    row.name()
        .ifPresent(
            its ->
                names.computeIfPresent(
                    its,
                    (name, processes) -> {
                      processes.remove(row.id());
                      return processes.isEmpty() ? null : processes;
                    }));
  }

  private boolean unset(Collection<ProcessId> ids) {
    boolean any = false;
    for (ProcessId id : ids) {
      VersionedRow row = rows.remove(id);
      if (row != null) {
        tenants.minus(row.row().tenant());
        unname(row.row());
        any = true;
      }
    }
    return any;
  }

  /** Empties a replica that is needed no more. */
  void drop() {
    rows.values().forEach(row -> tenants.minus(row.row().tenant()));
    rows.clear();
    names.clear();
  }

  /** As the writer: forgets rows. */
  void remove(Collection<ProcessId> ids) {
    if (unset(ids)) {
      version = version.next();
      lastRemoval = version;
    }
  }

  /**
   * As the writer: what has happened since {@code told}.
   *
   * @param removed the rows that were removed since
   */
  Delta news(Version told, List<ProcessId> removed) {
    return new Delta(origin, told, version, lastRemoval, changedAfter(told), removed);
  }

  /** What a replica at {@code known} lacks: a delta, or the whole shard if that is shorter. */
  Delta since(Version known) {
    boolean whole = lastRemoval.isAfter(known);
    Version from = whole ? Version.NONE : known;
    return new Delta(origin, from, version, lastRemoval, changedAfter(from), List.of());
  }

  private List<VersionedRow> changedAfter(Version known) {
    return rows.values().stream().filter(row -> row.version().isAfter(known)).toList();
  }

  /**
   * As a replica: takes {@code delta} in.
   *
   * @return whether it could be; if not, something before it is missing
   */
  boolean merge(Delta delta) {
    if (!delta.to().isAfter(version)) {
      return true;
    }
    if (delta.from().isAfter(version)) {
      return false;
    }
    if (delta.from().equals(Version.NONE)) {
      drop();
    }
    delta.rows().forEach(this::set);
    unset(delta.removed());
    version = delta.to();
    lastRemoval = delta.lastRemoval();
    return true;
  }
}
