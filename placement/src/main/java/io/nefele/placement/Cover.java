package io.nefele.placement;

import io.nefele.core.AgentId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Chooses among offers: how many of each component each agent gets. The largest processes are
 * placed first, as the small ones find room between them more easily than the other way round; over
 * the least busy servers if that works, else where they fit most tightly.
 */
final class Cover {
  /** Processes per core up to which a server counts as idle, and by which it gets busier. */
  private static final int PROCESSES_PER_CORE = 4;

  /** Into how many classes servers fall by what they have promised of their resources. */
  private static final int RESOURCE_CLASSES = 8;

  private static final int CORE_MILLIS = 1000;

  /**
   * What came out.
   *
   * @param counts how many of each component each agent gets; agents that get none are left out
   * @param fitting how many processes that is
   * @param unfit the first component that did not fit as a whole, -1 if all did
   */
  record Chosen(SortedMap<AgentId, int[]> counts, int fitting, int unfit) {
    boolean complete() {
      return unfit < 0;
    }
  }

  /** An agent's offer while it is being used up. */
  private static final class Candidate {
    final AgentId agent;
    final PlacementMessage.Offer offer;
    final int[] counts;
    Resources left;
    int given;

    Candidate(AgentId agent, PlacementMessage.Offer offer, int components) {
      this.agent = agent;
      this.offer = offer;
      this.counts = new int[components];
      this.left = offer.held();
    }

    void give(int component, Resources each) {
      counts[component]++;
      given++;
      left = left.minus(each);
    }

    int busyness() {
      return Cover.busyness(offer, left, given);
    }

    double freeShare() {
      return offer.free().plus(left).tighterShareOf(offer.capacity());
    }
  }

  private final List<Component> components;
  private final List<Candidate> candidates = new ArrayList<>();

  private Cover(SortedMap<AgentId, PlacementMessage.Offer> offers, List<Component> components) {
    this.components = components;
    offers.forEach(
        (agent, offer) -> {
          if (offer.any()) {
            candidates.add(new Candidate(agent, offer, components.size()));
          }
        });
  }

  /**
   * How busy the server of {@code offer} is, from 0 for idle: by its scarcer resource, or by the
   * number of its processes if that says more. Servers of one class are as good as each other;
   * finer differences are older than a message by the time they are known.
   *
   * @param left what is not taken yet of what the offer holds
   * @param given for how many processes the rest was taken
   */
  static int busyness(PlacementMessage.Offer offer, Resources left, int given) {
    double promised = 1 - offer.free().plus(left).tighterShareOf(offer.capacity());
    int cores = Math.max(1, offer.capacity().cpuMillis() / CORE_MILLIS);
    return Math.max(
        (int) (promised * RESOURCE_CLASSES),
        (offer.processes() + given) / (PROCESSES_PER_CORE * cores));
  }

  /**
   * Covers {@code components}, or as many of their processes as the offers suffice for.
   *
   * @param home whom to prefer among equals: the nearest one, the requester itself
   */
  static Chosen choose(
      SortedMap<AgentId, PlacementMessage.Offer> offers, List<Component> components, AgentId home) {
    Chosen spread =
        new Cover(offers, components)
            .place(
                Comparator.comparingInt(Candidate::busyness)
                    .thenComparingInt(c -> c.given)
                    .thenComparing(c -> !c.agent.equals(home))
                    .thenComparing(c -> c.agent));
    if (spread.complete() || components.size() == 1) {
      return spread;
    }
    Chosen packed =
        new Cover(offers, components)
            .place(Comparator.comparingDouble(Candidate::freeShare).thenComparing(c -> c.agent));
    return packed.complete() || packed.fitting > spread.fitting ? packed : spread;
  }

  /** Places one process after the other with the first candidate of {@code order} that has room. */
  private Chosen place(Comparator<Candidate> order) {
    int unfit = -1;
    int fitting = 0;
    for (int component : largestFirst()) {
      Resources each = components.get(component).template().demand();
      PriorityQueue<Candidate> queue = new PriorityQueue<>(order);
      candidates.stream().filter(c -> c.left.covers(each)).forEach(queue::add);
      int missing = components.get(component).count();
      while (missing > 0 && !queue.isEmpty()) {
        Candidate best = queue.remove();
        best.give(component, each);
        fitting++;
        missing--;
        if (best.left.covers(each)) {
          queue.add(best);
        }
      }
      if (missing > 0 && unfit < 0) {
        unfit = component;
      }
    }
    SortedMap<AgentId, int[]> counts = new TreeMap<>();
    candidates.stream().filter(c -> c.given > 0).forEach(c -> counts.put(c.agent, c.counts));
    return new Chosen(counts, fitting, unfit);
  }

  private List<Integer> largestFirst() {
    Resources most = Resources.NONE;
    for (Candidate candidate : candidates) {
      most = most.max(candidate.offer.capacity());
    }
    Resources whole = most;
    return IntStream.range(0, components.size())
        .boxed()
        .sorted(
            Comparator.comparingDouble(
                (Integer i) -> -components.get(i).template().demand().largerShareOf(whole)))
        .toList();
  }
}
