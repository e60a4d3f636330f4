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

  /** Processes per core up to which a server counts as idle, and by which it gets busier. */
  private static final int PROCESSES_PER_CORE = 4;

  /** Into how many classes servers fall by what they have promised of their resources. */
  private static final int RESOURCE_CLASSES = 8;

  private static final int CORE_MILLIS = 1000;

  /** An agent's offer while it is being used up. */
  private record Candidate(AgentId agent, PlacementMessage.Offer offer, int given) {
    Candidate giveOne() {
      return new Candidate(agent, offer, given + 1);
    }

    int left() {
      return offer.count() - given;
    }
  }

  /**
   * How busy the server of {@code offer} is, from 0 for idle: by its scarcer resource, or by the
   * number of its processes if that says more. Servers of one class are as good as each other;
   * finer differences are older than a message by the time they are known.
   *
   * @param given how many of the offered places count as taken
   */
  static int busyness(PlacementMessage.Offer offer, Resources each, int given) {
    Resources free = offer.free().plus(each.times(offer.count() - given));
    double promised = 1 - free.tighterShareOf(offer.capacity());
    int cores = Math.max(1, offer.capacity().cpuMillis() / CORE_MILLIS);
    return Math.max(
        (int) (promised * RESOURCE_CLASSES),
        (offer.processes() + given) / (PROCESSES_PER_CORE * cores));
  }

  /**
   * Spreads {@code count} processes over the least busy servers, one at a time.
   *
   * @param home whom to prefer among equals: the nearest one, the requester itself
   * @return how many each gets, or nothing if the offers do not suffice
   */
  static Optional<SortedMap<AgentId, Integer>> choose(
      SortedMap<AgentId, PlacementMessage.Offer> offers, int count, Resources each, AgentId home) {
    PriorityQueue<Candidate> queue =
        new PriorityQueue<>(
            Comparator.comparingInt((Candidate c) -> busyness(c.offer(), each, c.given()))
                .thenComparingInt(Candidate::given)
                .thenComparing(c -> !c.agent().equals(home))
                .thenComparing(Candidate::agent));
    offers.forEach(
        (agent, offer) -> {
          if (offer.count() > 0) {
            queue.add(new Candidate(agent, offer, 0));
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
        queue.add(best.giveOne());
      }
    }
    return Optional.of(chosen);
  }
}
