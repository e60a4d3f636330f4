package io.nefele.table.tenant;

import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a keeper knows of what a tenant uses: what servers run by the last count, what was granted
 * and is not settled, and what was settled with processes that the last count did not see.
 */
final class QuotaAccount {
  /** A spawn has succeeded or failed well within this. */
  static final Duration HOLD = Duration.ofSeconds(25);

  final List<Waiting> waiting = new ArrayList<>();
  boolean counting;
  Instant countingSince = Instant.EPOCH;

  /** When the count was begun that this goes by. */
  Optional<Instant> countedAt = Optional.empty();

  private final SortedMap<AgentId, UseReport> reports = new TreeMap<>();
  private final SortedMap<AgentId, Use> lost = new TreeMap<>();
  private final SortedMap<AgentId, SortedMap<Long, Held>> holds = new TreeMap<>();
  private final SortedMap<ProcessId, Use> settled = new TreeMap<>();

  /** Somebody who has asked and has no answer yet. */
  record Waiting(AgentId from, long number, Use use, Instant asked) {}

  private record Held(Use use, Instant since) {}

  Use used() {
    Use used = Use.NONE;
    for (UseReport report : reports.values()) {
      used = used.plus(report.use());
    }
    for (Use gone : lost.values()) {
      used = used.plus(gone);
    }
    for (SortedMap<Long, Held> ofOne : holds.values()) {
      for (Held held : ofOne.values()) {
        used = used.plus(held.use());
      }
    }
    for (Use each : settled.values()) {
      used = used.plus(each);
    }
    return used;
  }

  /** Whether some of it may be counted twice, since spawns are under way. */
  boolean isUncertain() {
    return !holds.isEmpty();
  }

  void hold(Waiting one, Instant now) {
    holds
        .computeIfAbsent(one.from(), unused -> new TreeMap<>())
        .put(one.number(), new Held(one.use(), now));
  }

  void settle(AgentId from, QuotaMessage.Settled message) {
    SortedMap<Long, Held> ofOne = holds.get(from);
    if (ofOne != null) {
      ofOne.remove(message.number());
      if (ofOne.isEmpty()) {
        holds.remove(from);
      }
    }
    message.processes().forEach(placed -> addSettled(placed.process(), placed.each()));
  }

  void expire(Instant now) {
    holds.values().forEach(ofOne -> ofOne.values().removeIf(held -> isOver(held, now)));
    holds.values().removeIf(SortedMap::isEmpty);
  }

  private static boolean isOver(Held held, Instant now) {
    return held.since().plus(HOLD).isBefore(now);
  }

  /** Goes by a new count, to which all have answered. */
  void take(Instant now, SortedMap<AgentId, UseReport> count) {
    countedAt = Optional.of(countingSince);
    reports.clear();
    reports.putAll(count);
    lost.clear();
    count.forEach(
        (agent, report) -> {
          takeHolds(now, agent, report);
          for (UseReport.Lost gone : report.lost()) {
            if (!count.containsKey(gone.agent())) {
              lost.merge(gone.agent(), gone.use(), QuotaAccount::larger);
            }
          }
        });
    settled.keySet().removeIf(process -> isCounted(process) || !count.containsKey(process.agent()));
    count.values().stream()
        .flatMap(report -> report.placed().stream())
        .filter(placed -> !lost.containsKey(placed.process().agent()))
        .forEach(placed -> addSettled(placed.process(), placed.each()));
  }

  /** Of its own requests an agent knows best; some may have been granted by an earlier keeper. */
  private void takeHolds(Instant now, AgentId agent, UseReport report) {
    SortedMap<Long, Held> known = holds.getOrDefault(agent, new TreeMap<>());
    SortedMap<Long, Held> next = new TreeMap<>();
    for (UseReport.Open open : report.open()) {
      Held held = known.get(open.number());
      if (held != null) {
        next.put(open.number(), held);
      } else if (open.granted()) {
        next.put(open.number(), new Held(open.use(), now));
      }
    }
    // Granted after the report was written: it has just asked.
    known.forEach(
        (number, held) -> {
          if (!held.since().isBefore(countingSince)) {
            next.putIfAbsent(number, held);
          }
        });
    if (next.isEmpty()) {
      holds.remove(agent);
    } else {
      holds.put(agent, next);
    }
  }

  private void addSettled(ProcessId process, Use each) {
    if (!isCounted(process)) {
      settled.put(process, each);
    }
  }

  private boolean isCounted(ProcessId process) {
    UseReport report = reports.get(process.agent());
    return report != null && report.covers(process);
  }

  private static Use larger(Use a, Use b) {
    return a.processes() >= b.processes() ? a : b;
  }
}
