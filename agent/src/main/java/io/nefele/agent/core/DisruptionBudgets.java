package io.nefele.agent.core;

import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The budgets that this agent keeps: which processes of each name are down because the fabric moves
 * them. Who may move one says so again and again; what is not said for a while is over. After each
 * change of who is in the fabric nothing new is granted for as long: by then those who had it from
 * another keeper have said so here.
 */
final class DisruptionBudgets {
  /** What is not said again for so long is over. */
  static final Duration LEASE = Duration.ofSeconds(10);

  private final SortedMap<String, SortedMap<ProcessId, Instant>> down = new TreeMap<>();
  private Instant grantsFrom = Instant.MAX;

  /** Agents have come or gone, or this one has started: the keeper may be another now. */
  void fabricChanged(Instant now) {
    grantsFrom = now.plus(LEASE);
  }

  /** Returns whether the process may be down. */
  boolean asked(Instant now, DisruptionMessage.May may) {
    SortedMap<ProcessId, Instant> its =
        down.computeIfAbsent(key(may.tenant(), may.name()), key -> new TreeMap<>());
    its.values().removeIf(until -> until.isBefore(now));
    boolean granted =
        may.held()
            || its.containsKey(may.process())
            || (!now.isBefore(grantsFrom) && its.size() < may.budget());
    if (granted) {
      its.put(may.process(), now.plus(LEASE));
    }
    forgetIfUnused(key(may.tenant(), may.name()));
    return granted;
  }

  void over(DisruptionMessage.Over over) {
    String key = key(over.tenant(), over.name());
    SortedMap<ProcessId, Instant> its = down.get(key);
    if (its != null) {
      its.remove(over.process());
      forgetIfUnused(key);
    }
  }

  private void forgetIfUnused(String key) {
    down.computeIfPresent(key, (unused, its) -> its.isEmpty() ? null : its);
  }

  private static String key(Name tenant, Name name) {
    return tenant + "\n" + name;
  }
}
