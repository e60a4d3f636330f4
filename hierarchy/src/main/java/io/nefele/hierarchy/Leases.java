package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import java.time.Instant;
import java.util.Collection;
import java.util.TreeMap;

/** Who was granted room in a group and has not come yet. */
final class Leases {
  private record Lease(AgentBoot asker, Instant end) {}

  private final TreeMap<AgentBoot, Lease> leases = new TreeMap<>();

  void grant(AgentBoot asker, Collection<AgentBoot> movers, Instant end) {
    for (AgentBoot mover : movers) {
      leases.put(mover, new Lease(asker, end));
    }
  }

  /** Forgets {@code agent} and those for whom it asked. */
  void drop(AgentBoot agent) {
    leases.remove(agent);
    leases.values().removeIf(lease -> lease.asker.equals(agent));
  }

  /** Forgets those who are {@code here} and those whose time is over. */
  void prune(Instant now, Collection<AgentBoot> here) {
    leases.keySet().removeAll(here);
    leases.values().removeIf(lease -> !lease.end.isAfter(now));
  }

  /** How many are awaited besides {@code movers}. */
  int awaitedBesides(Collection<AgentBoot> movers) {
    int count = 0;
    for (AgentBoot mover : leases.keySet()) {
      if (!movers.contains(mover)) {
        count++;
      }
    }
    return count;
  }

  boolean isEmpty() {
    return leases.isEmpty();
  }

  void clear() {
    leases.clear();
  }
}
