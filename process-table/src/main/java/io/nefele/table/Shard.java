package io.nefele.table;

import io.nefele.core.AgentId;
import io.nefele.core.InvariantViolation;
import io.nefele.core.ProcessId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

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
  private final SortedMap<ProcessId, VersionedRow> rows = new TreeMap<>();
  private Version version = Version.NONE;
  private Version lastRemoval = Version.NONE;

  Shard(AgentId origin) {
    this.origin = origin;
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

  /**
   * As the writer, once after a start: later changes are newer than all of earlier boots, and
   * replicas of those are replaced, since rows may have been lost with the crash.
   */
  void beginEpoch(int epoch) {
    version = new Version(epoch, 0);
    lastRemoval = version;
  }

  /**
   * As the writer: puts {@code row}.
   *
   * @return what replicas have to be told
   */
  Delta put(ProcessRow row) {
    VersionedRow known = rows.get(row.id());
    InvariantViolation.check(
        known == null || known.row().state().mayBecome(row.state()),
        "a row went back: " + known + " to " + row);
    Version before = version;
    version = version.next();
    rows.put(row.id(), new VersionedRow(row, version));
    return new Delta(
        origin, before, version, lastRemoval, List.of(new VersionedRow(row, version)), List.of());
  }

  /**
   * As the writer: forgets rows.
   *
   * @return what replicas have to be told
   */
  Delta remove(Collection<ProcessId> ids) {
    Version before = version;
    if (rows.keySet().removeAll(ids)) {
      version = version.next();
      lastRemoval = version;
    }
    return new Delta(origin, before, version, lastRemoval, List.of(), List.copyOf(ids));
  }

  /** What a replica at {@code known} lacks: a delta, or the whole shard if that is shorter. */
  Delta since(Version known) {
    boolean whole = lastRemoval.isAfter(known);
    List<VersionedRow> lacking = new ArrayList<>();
    for (VersionedRow row : rows.values()) {
      if (whole || row.version().isAfter(known)) {
        lacking.add(row);
      }
    }
    return new Delta(
        origin, whole ? Version.NONE : known, version, lastRemoval, lacking, List.of());
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
      rows.clear();
    }
    for (VersionedRow row : delta.rows()) {
      rows.put(row.row().id(), row);
    }
    rows.keySet().removeAll(delta.removed());
    version = delta.to();
    lastRemoval = delta.lastRemoval();
    return true;
  }
}
