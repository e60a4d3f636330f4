package io.nefele.placement;

import io.nefele.core.AgentId;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;

/** Chooses among offers: how many processes each agent gets. */
final class Cover {
  private Cover() {}

  /** An agent's offer while it is being used up. */
  private record Candidate(AgentId agent, int left, Resources free, Resources capacity, int given) {
    Candidate giveOne(Resources each) {
      return new Candidate(agent, left - 1, free, capacity, given + 1);
    }

    /** What would be free, as a share, if the unused part of the offer were let go. */
    double freeShare(Resources each) {
      return free.plus(each.times(left)).tighterShareOf(capacity);
    }
  }

  /**
   * Spreads {@code count} processes over the servers with the largest free share, one at a time.
   *
   * @param home whom to prefer among equals: the nearest one, the requester itself
   * @return how many each gets, or nothing if the offers do not suffice
   */
  static Optional<SortedMap<AgentId, Integer>> choose(
      SortedMap<AgentId, PlacementMessage.Offer> offers, int count, Resources each, AgentId home) {
    PriorityQueue<Candidate> queue =
        new PriorityQueue<>(
            Comparator.comparingDouble((Candidate c) -> -c.freeShare(each))
                .thenComparingInt(Candidate::given)
                .thenComparing(c -> !c.agent().equals(home))
                .thenComparing(Candidate::agent));
    offers.forEach(
        (agent, offer) -> {
          if (offer.count() > 0) {
            queue.add(new Candidate(agent, offer.count(), offer.free(), offer.capacity(), 0));
          }
        });
    SortedMap<AgentId, Integer> chosen = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      Candidate best = queue.poll();
      if (best == null) {
        return Optional.empty();
      }
      chosen.merge(best.agent(), 1, Integer::sum);
      if (best.left() > 1) {
        queue.add(best.giveOne(each));
      }
    }
    return Optional.of(chosen);
  }
}
