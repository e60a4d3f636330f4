package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.hierarchy.GroupId;
import io.nefele.table.Holdings;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which agents have lately come to another group. What is known of what a group holds may be older
 * than that, and lack their processes.
 */
final class Movers {
  private final SortedMap<AgentId, GroupId> groups = new TreeMap<>();

  /** When each was heard to have moved; those that moved last come last. */
  private final Map<AgentId, Instant> moves = new LinkedHashMap<>();

  /** An agent tells its group, or that it is in none. */
  void heard(Instant now, AgentId agent, Optional<GroupId> group) {
    if (group.isPresent() && !group.get().equals(groups.put(agent, group.get()))) {
      moves.remove(agent);
      moves.put(agent, now);
    }
  }

  void gone(AgentId agent) {
    groups.remove(agent);
    moves.remove(agent);
  }

  /** Those whose group may not have told of them yet. */
  SortedSet<AgentId> recent(Instant now) {
    for (var move : List.copyOf(moves.entrySet())) {
      if (now.isBefore(move.getValue().plus(Holdings.FRESH))) {
        break;
      }
      moves.remove(move.getKey());
    }
    return new TreeSet<>(moves.keySet());
  }
}
