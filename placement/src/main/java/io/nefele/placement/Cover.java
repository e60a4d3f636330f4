package io.nefele.placement;

import io.nefele.core.AgentId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Chooses among offers: how many of each component each agent gets. What others have to be near to
 * is placed before them, and then the largest first, as small processes find room between large
 * ones more easily than the other way round; over the least busy servers if that works, else where
 * they fit most tightly. What must be is kept; of the rest, what is preferred with more weight.
 */
final class Cover {
  /** Processes per core up to which a server counts as idle, and by which it gets busier. */
  private static final int PROCESSES_PER_CORE = 4;

  /** Into how many classes servers fall by what they have promised of their resources. */
  private static final int RESOURCE_CLASSES = 8;

  /**
   * From this class on, half full, servers are no longer evened out: what is left on each would be
   * too little for what is large, while all together have plenty.
   */
  private static final int HALF_FULL = RESOURCE_CLASSES / 2;

  private static final int CORE_MILLIS = 1000;

  /**
   * What came out.
   *
   * @param counts how many of each component each agent gets; agents that get none are left out
   * @param fitting how many processes that is
   * @param unfit the first component that did not fit as a whole, -1 if all did
   * @param verdicts on all offers
   */
  record Chosen(SortedMap<AgentId, int[]> counts, int fitting, int unfit, List<Verdict> verdicts) {
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

    /** Lower is better; a server that is to be packed is the better the busier it is. */
    int rank() {
      if (offer.facts().policy() == ServerFacts.Policy.PACK) {
        return RESOURCE_CLASSES - Math.min(Cover.busyness(offer, left, given), RESOURCE_CLASSES);
      }
      return Math.max(Math.min(fullness(offer, left), HALF_FULL), crowd(offer, given));
    }

    /** Among those that are to be packed, the fullest is filled first. */
    double packing() {
      boolean packed =
          offer.facts().policy() == ServerFacts.Policy.PACK || fullness(offer, left) >= HALF_FULL;
      return packed ? freeShare() : 0;
    }

    double freeShare() {
      return offer.free().plus(left).tighterShareOf(offer.capacity());
    }
  }

  private final List<Component> components;
  private final AgentId home;
  private final Comparator<Candidate> order;
  private final Surroundings surroundings;
  private final List<Candidate> candidates = new ArrayList<>();

  private Cover(
      SortedMap<AgentId, PlacementMessage.Offer> offers,
      List<Component> components,
      AgentId home,
      Comparator<Candidate> order) {
    this.components = components;
    this.home = home;
    this.order = order;
    this.surroundings = new Surroundings(components, offers);
    offers.forEach(
        (agent, offer) -> candidates.add(new Candidate(agent, offer, components.size())));
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
    return Math.max(fullness(offer, left), crowd(offer, given));
  }

  /** By the scarcer resource. */
  private static int fullness(PlacementMessage.Offer offer, Resources left) {
    double promised = 1 - offer.free().plus(left).tighterShareOf(offer.capacity());
    return (int) (promised * RESOURCE_CLASSES);
  }

  /** By the number of processes. */
  private static int crowd(PlacementMessage.Offer offer, int given) {
    int cores = Math.max(1, offer.capacity().cpuMillis() / CORE_MILLIS);
    return (offer.processes() + given) / (PROCESSES_PER_CORE * cores);
  }

  /**
   * Covers {@code components}, or as many of their processes as the offers suffice for.
   *
   * @param home whom to prefer among equals: the nearest one, the requester itself
   */
  static Chosen choose(
      SortedMap<AgentId, PlacementMessage.Offer> offers, List<Component> components, AgentId home) {
    Chosen spread =
        new Cover(
                offers,
                components,
                home,
                Comparator.comparingInt(Candidate::rank)
                    .thenComparingDouble(Candidate::packing)
                    .thenComparingInt(c -> c.given)
                    .thenComparing(c -> !c.agent.equals(home))
                    .thenComparing(c -> c.agent))
            .place();
    if (spread.complete() || components.size() == 1) {
      return spread;
    }
    Chosen packed =
        new Cover(
                offers,
                components,
                home,
                Comparator.comparingDouble(Candidate::freeShare).thenComparing(c -> c.agent))
            .place();
    return packed.complete() || packed.fitting > spread.fitting ? packed : spread;
  }

  private Chosen place() {
    int unfit = -1;
    int fitting = 0;
    int last = 0;
    for (int component : inOrder()) {
      last = component;
      int placed =
          components.get(component).template().constraints().isEmpty() && !barsAnything()
              ? placeFreely(component)
              : placeUnderConstraints(component);
      fitting += placed;
      if (placed < components.get(component).count() && unfit < 0) {
        unfit = component;
      }
    }
    SortedMap<AgentId, int[]> counts = new TreeMap<>();
    candidates.stream().filter(c -> c.given > 0).forEach(c -> counts.put(c.agent, c.counts));
    return new Chosen(counts, fitting, unfit, verdicts(unfit < 0 ? last : unfit));
  }

  private boolean barsAnything() {
    return components.stream()
        .flatMap(component -> component.template().constraints().stream())
        .anyMatch(constraint -> constraint.kind() == Constraint.Kind.APART);
  }

  /**
   * One after the other on the first in the order, which changes only for the one that is taken.
   */
  private int placeFreely(int component) {
    Resources each = components.get(component).template().demand();
    PriorityQueue<Candidate> queue = new PriorityQueue<>(order);
    candidates.stream().filter(c -> hasRoom(c, each)).forEach(queue::add);
    int placed = 0;
    while (placed < components.get(component).count() && !queue.isEmpty()) {
      Candidate best = queue.remove();
      give(best, component);
      placed++;
      if (hasRoom(best, each)) {
        queue.add(best);
      }
    }
    return placed;
  }

  /** Each process that is placed may change where the next one may be. */
  private int placeUnderConstraints(int component) {
    for (int placed = 0; placed < components.get(component).count(); placed++) {
      Optional<Candidate> best = best(component);
      if (best.isEmpty()) {
        return placed;
      }
      give(best.get(), component);
    }
    return components.get(component).count();
  }

  private Optional<Candidate> best(int component) {
    Resources each = components.get(component).template().demand();
    return candidates.stream()
        .filter(c -> hasRoom(c, each))
        .filter(c -> surroundings.hindrance(component, c.agent, c.offer).isEmpty())
        .min(
            Comparator.comparingInt(
                    (Candidate c) -> -surroundings.preference(component, c.agent, c.offer))
                .thenComparing(order));
  }

  private static boolean hasRoom(Candidate candidate, Resources each) {
    return candidate.offer.any() && candidate.left.covers(each);
  }

  private void give(Candidate candidate, int component) {
    candidate.counts[component]++;
    candidate.given++;
    candidate.left = candidate.left.minus(components.get(component).template().demand());
    surroundings.placed(component, candidate.agent, candidate.offer);
  }

  private List<Integer> inOrder() {
    Resources most = Resources.NONE;
    for (Candidate candidate : candidates) {
      most = most.max(candidate.offer.capacity());
    }
    Resources whole = most;
    List<Integer> depths = Surroundings.depths(components);
    return IntStream.range(0, components.size())
        .boxed()
        .sorted(
            Comparator.comparingInt(depths::get)
                .thenComparingDouble(
                    (Integer i) -> -components.get(i).template().demand().largerShareOf(whole)))
        .toList();
  }

  /**
   * On all offers, as they stand after the placing.
   *
   * @param component of which one more is thought of
   */
  private List<Verdict> verdicts(int component) {
    Optional<Candidate> next = best(component).filter(c -> c.given == 0);
    List<Verdict> verdicts = new ArrayList<>();
    candidates.stream()
        .sorted(Comparator.comparingInt((Candidate c) -> -c.given).thenComparing(order))
        .forEach(c -> verdicts.add(verdict(c, component, next.filter(n -> n == c).isPresent())));
    return verdicts;
  }

  private Verdict verdict(Candidate c, int component, boolean runnerUp) {
    Resources each = components.get(component).template().demand();
    Optional<String> hindrance = surroundings.hindrance(component, c.agent, c.offer);
    boolean room = hasRoom(c, each);
    int busyness = busyness(c.offer, c.left, c.given);
    String why;
    if (c.given > 0) {
      why = "takes " + c.given + (c.agent.equals(home) ? "; the nearest" : "");
    } else if (hindrance.isPresent()) {
      why = hindrance.get();
    } else if (!room) {
      Resources free = c.offer.free().plus(c.offer.held());
      why =
          "no room for one: "
              + lacking(each, free)
              + (c.offer.contended() ? "; others hold some of it just now" : "");
    } else {
      why = "would do as well; busyness " + busyness + ", " + c.offer.processes() + " processes";
    }
    String shortfall = hindrance.orElse(room ? "" : lacking(each, c.offer.free().plus(c.left)));
    return new Verdict(
        c.agent,
        c.given,
        room && hindrance.isEmpty(),
        runnerUp,
        c.offer.free().plus(c.offer.held()),
        c.offer.capacity(),
        why,
        shortfall);
  }

  /** What of {@code each} is not in {@code free}. */
  static String lacking(Resources each, Resources free) {
    Resources over = each.minusAtMost(free);
    return "lacks " + over.text();
  }
}
