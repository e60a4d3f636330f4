package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import java.time.Instant;
import java.util.Collection;
import java.util.TreeMap;

/** Who was granted room in a group and has not come yet. */
final class Leases {
  private final TreeMap<AgentBoot, Instant> ends = new TreeMap<>();

  void grant(Collection<AgentBoot> movers, Instant end) {
    for (AgentBoot mover : movers) {
      ends.put(mover, end);
    }
  }

  /** Forgets those who are {@code here} and those whose time is over. */
  void prune(Instant now, Collection<AgentBoot> here) {
    ends.keySet().removeAll(here);
    ends.values().removeIf(end -> !end.isAfter(now));
  }

  /** How many are awaited besides {@code movers}. */
  int awaitedBesides(Collection<AgentBoot> movers) {
    int count = 0;
    for (AgentBoot mover : ends.keySet()) {
      if (!movers.contains(mover)) {
        count++;
      }
    }
    return count;
  }

  boolean isEmpty() {
    return ends.isEmpty();
  }

  void clear() {
    ends.clear();
  }
}
