package io.nefele.gossip;

import io.nefele.core.AgentId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The other members in the order in which they are probed: round robin over a random permutation,
 * newcomers at random places, reshuffled after each round. So every member is probed within two
 * rounds at the latest (SWIM section 4.3).
 */
final class Roster {
  private final RandomGenerator random;
  private final ArrayList<AgentId> agents = new ArrayList<>();
  private int next;

  Roster(RandomGenerator random) {
    this.random = random;
  }

  void add(AgentId agent) {
    int place = random.nextInt(agents.size() + 1);
    agents.add(place, agent);
    if (place < next) {
      next++;
    }
  }

  void remove(AgentId agent) {
    int place = agents.indexOf(agent);
    if (place >= 0) {
      agents.remove(place);
      if (place < next) {
        next--;
      }
    }
  }

  boolean isEmpty() {
    return agents.isEmpty();
  }

  /** Whose turn it is; empty if there is nobody else. */
  Optional<AgentId> next() {
    if (agents.isEmpty()) {
      return Optional.empty();
    }
    if (next >= agents.size()) {
      next = 0;
      shuffle();
    }
    return Optional.of(agents.get(next++));
  }

  /**
   * Up to {@code count} different ones that are {@code wanted}, at random as long as most are:
   * those that follow, in the order of the round, on a place drawn for each.
   */
  List<AgentId> sample(int count, Predicate<AgentId> wanted) {
    // Few are asked for, so that looking through the chosen is cheap.
    List<AgentId> chosen = new ArrayList<>(count);
    boolean found = true;
    while (chosen.size() < count && found) {
      found = false;
      int place = agents.isEmpty() ? 0 : random.nextInt(agents.size());
      for (int i = 0; i < agents.size() && !found; i++) {
        AgentId agent = agents.get((place + i) % agents.size());
        found = !chosen.contains(agent) && wanted.test(agent);
        if (found) {
          chosen.add(agent);
        }
      }
    }
    return chosen;
  }

  private void shuffle() {
    for (int i = agents.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      AgentId moved = agents.set(i, agents.get(j));
      agents.set(j, moved);
    }
  }
}
