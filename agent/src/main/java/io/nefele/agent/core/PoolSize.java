package io.nefele.agent.core;

import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How large a pool is to be: one process for each message that is in hand or waits, within its
 * bounds. One that has had nothing to do for long ends; those that have never been ready are for
 * the calls that wait, so that these do not start more and more.
 */
final class PoolSize {
  /** A process that does not wait for a message for so long after its start is at work. */
  private static final Duration STARTING = Duration.ofSeconds(10);

  private final SortedMap<ProcessId, Seen> seen = new TreeMap<>();

  /** What is known of a process of the pool. */
  private static final class Seen {
    final Instant since;
    boolean wasReady;
    Optional<Instant> idleSince = Optional.empty();

    Seen(Instant since) {
      this.since = since;
    }
  }

  /**
   * What is to be done.
   *
   * @param start how many
   * @param end which of those that are idle
   */
  record Change(int start, List<ProcessId> end) {}

  /**
   * Looks at the pool.
   *
   * @param loads of all its processes: how many messages they have in hand or wait for them; -1 of
   *     those that don't run yet
   * @param waiting how many calls wait for one of it
   * @param coming how many are being started besides
   */
  Change look(
      Instant now,
      SortedMap<ProcessId, Long> loads,
      int waiting,
      int coming,
      int min,
      int max,
      Duration idle) {
    seen.keySet().retainAll(loads.keySet());
    long work = 0;
    int fresh = coming;
    List<ProcessId> restful = new ArrayList<>();
    for (var entry : loads.entrySet()) {
      Seen its = seen.computeIfAbsent(entry.getKey(), unused -> new Seen(now));
      long load = entry.getValue();
      its.wasReady |= load == 0 || now.isAfter(its.since.plus(STARTING));
      its.idleSince = load == 0 ? its.idleSince.or(() -> Optional.of(now)) : Optional.empty();
      if (!its.wasReady) {
        fresh++;
      } else {
        work += Math.max(load, 0);
      }
      if (its.idleSince.isPresent()) {
        restful.add(entry.getKey());
      }
    }
    int there = loads.size() + coming;
    int wanted = (int) Math.clamp(work + Math.max(waiting, fresh), min, max);
    return new Change(Math.max(0, wanted - there), ending(now, restful, there, min, max, idle));
  }

  /** The longest idle first; those above the greatest size at once. */
  private List<ProcessId> ending(
      Instant now, List<ProcessId> restful, int there, int min, int max, Duration idle) {
    restful.sort(Comparator.comparing(this::idleSince).thenComparing(Comparator.naturalOrder()));
    List<ProcessId> ending = new ArrayList<>();
    for (ProcessId process : restful) {
      int left = there - ending.size();
      if (left > max || (left > min && !now.isBefore(idleSince(process).plus(idle)))) {
        ending.add(process);
      }
    }
    return ending;
  }

  private Instant idleSince(ProcessId process) {
    Seen its = seen.get(process);
    return its == null ? Instant.MAX : its.idleSince.orElse(Instant.MAX);
  }
}
