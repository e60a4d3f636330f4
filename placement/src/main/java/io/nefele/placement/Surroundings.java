package io.nefele.placement;

import io.nefele.core.AgentId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What runs where, as far as constraints ask for it: what servers told with their offers, and what
 * a cover has placed so far.
 */
final class Surroundings {
  /** Processes of a target in the domains of a kind. */
  private record Watched(Target target, String domain) {}

  /** Processes of a component in the domains of a kind. */
  private record Share(int component, String domain) {}

  private final List<Component> components;
  private final Map<Watched, SortedMap<String, Integer>> near = new LinkedHashMap<>();
  private final Map<Share, SortedMap<String, Integer>> shares = new LinkedHashMap<>();

  /** Where processes must not come because of what was placed before them. */
  private final Map<Watched, SortedMap<String, Integer>> barred = new LinkedHashMap<>();

  Surroundings(List<Component> components, SortedMap<AgentId, PlacementMessage.Offer> offers) {
    this.components = components;
    List<Target> targets = Component.targets(components);
    for (int i = 0; i < components.size(); i++) {
      for (Constraint constraint : components.get(i).template().constraints()) {
        watch(i, constraint, offers, targets);
      }
    }
  }

  private void watch(
      int component,
      Constraint constraint,
      SortedMap<AgentId, PlacementMessage.Offer> offers,
      List<Target> targets) {
    switch (constraint.kind()) {
      case ON, NOT_ON -> {}
      case NEAR, APART -> {
        Target target = constraint.target(components.get(component).template().tags());
        SortedMap<String, Integer> counts =
            near.computeIfAbsent(
                new Watched(target, constraint.domain()), watched -> new TreeMap<>());
        if (counts.isEmpty()) {
          int index = targets.indexOf(target);
          offers.forEach(
              (agent, offer) ->
                  domain(constraint, agent, offer)
                      .ifPresent(
                          domain ->
                              counts.merge(domain, offer.running().get(index), Integer::sum)));
        }
      }
      case SPREAD -> {
        SortedMap<String, Integer> counts =
            shares.computeIfAbsent(
                new Share(component, constraint.domain()), share -> new TreeMap<>());
        offers.forEach(
            (agent, offer) -> {
              if (offer.any() && meetsLabels(component, offer)) {
                domain(constraint, agent, offer).ifPresent(domain -> counts.putIfAbsent(domain, 0));
              }
            });
      }
    }
  }

  private boolean meetsLabels(int component, PlacementMessage.Offer offer) {
    return components.get(component).template().constraints().stream()
        .filter(Constraint::hard)
        .allMatch(offer.facts()::meets);
  }

  /** A process of {@code component} has been placed. */
  void placed(int component, AgentId agent, PlacementMessage.Offer offer) {
    ProcessTemplate template = components.get(component).template();
    near.forEach(
        (watched, counts) -> {
          if (watched.target.matches(template.tags())) {
            offer
                .facts()
                .domain(watched.domain, agent.toString())
                .ifPresent(domain -> counts.merge(domain, 1, Integer::sum));
          }
        });
    for (Constraint constraint : template.constraints()) {
      Optional<String> domain = domain(constraint, agent, offer);
      if (domain.isEmpty()) {
        continue;
      }
      if (constraint.kind() == Constraint.Kind.SPREAD) {
        shares
            .getOrDefault(new Share(component, constraint.domain()), new TreeMap<>())
            .merge(domain.get(), 1, Integer::sum);
      } else if (constraint.kind() == Constraint.Kind.APART && constraint.hard()) {
        Watched watched = new Watched(constraint.target(template.tags()), constraint.domain());
        barred
            .computeIfAbsent(watched, unused -> new TreeMap<>())
            .merge(domain.get(), 1, Integer::sum);
      }
    }
  }

  /** Why no process of {@code component} may come there; empty if one may. */
  Optional<String> hindrance(int component, AgentId agent, PlacementMessage.Offer offer) {
    ProcessTemplate template = components.get(component).template();
    for (Constraint constraint : template.constraints()) {
      if (constraint.hard() && !meets(component, constraint, agent, offer)) {
        return Optional.of("it does not meet '" + constraint.text() + "'");
      }
    }
    for (var bar : barred.entrySet()) {
      Optional<String> domain = offer.facts().domain(bar.getKey().domain, agent.toString());
      if (bar.getKey().target.matches(template.tags())
          && domain.isPresent()
          && bar.getValue().containsKey(domain.get())) {
        return Optional.of("another kept '" + bar.getKey().target.text() + "' away from there");
      }
    }
    return Optional.empty();
  }

  /** The weights of what {@code component} prefers and would have there. */
  int preference(int component, AgentId agent, PlacementMessage.Offer offer) {
    int sum = 0;
    for (Constraint constraint : components.get(component).template().constraints()) {
      if (!constraint.hard() && meets(component, constraint, agent, offer)) {
        sum += constraint.weight();
      }
    }
    return sum;
  }

  private boolean meets(
      int component, Constraint constraint, AgentId agent, PlacementMessage.Offer offer) {
    Optional<String> domain = domain(constraint, agent, offer);
    return switch (constraint.kind()) {
      case ON, NOT_ON -> offer.facts().meets(constraint);
      case NEAR -> domain.isPresent() && isNear(component, constraint, domain.get());
      case APART ->
          domain.isEmpty() || counts(component, constraint).getOrDefault(domain.get(), 0) == 0;
      case SPREAD -> domain.isPresent() && isEven(component, constraint, domain.get());
    };
  }

  /** The first of those that want to be near each other has none to be near to. */
  private boolean isNear(int component, Constraint constraint, String domain) {
    SortedMap<String, Integer> counts = counts(component, constraint);
    if (counts.getOrDefault(domain, 0) > 0) {
      return true;
    }
    Tags tags = components.get(component).template().tags();
    return constraint.target(tags).matches(tags)
        && counts.values().stream().allMatch(count -> count == 0);
  }

  private boolean isEven(int component, Constraint constraint, String domain) {
    SortedMap<String, Integer> counts =
        shares.getOrDefault(new Share(component, constraint.domain()), new TreeMap<>());
    int here = counts.getOrDefault(domain, 0);
    if (constraint.most() > 0) {
      return here < constraint.most();
    }
    return counts.values().stream().allMatch(count -> here <= count);
  }

  private SortedMap<String, Integer> counts(int component, Constraint constraint) {
    Target target = constraint.target(components.get(component).template().tags());
    return near.getOrDefault(new Watched(target, constraint.domain()), new TreeMap<>());
  }

  private static Optional<String> domain(
      Constraint constraint, AgentId agent, PlacementMessage.Offer offer) {
    return offer.facts().domain(constraint.domain(), agent.toString());
  }

  /**
   * In what order components are to be placed as far as their constraints go: 0 for those that need
   * no other, else one more than what they need to be near.
   */
  static List<Integer> depths(List<Component> components) {
    List<Integer> depths = new ArrayList<>();
    components.forEach(component -> depths.add(0));
    for (int round = 0; round < components.size(); round++) {
      for (int i = 0; i < components.size(); i++) {
        int depth = depths.get(i);
        for (Constraint constraint : components.get(i).template().constraints()) {
          if (constraint.kind() == Constraint.Kind.NEAR) {
            depth = Math.max(depth, 1 + deepest(components, depths, i, constraint));
          }
        }
        depths.set(i, Math.min(depth, components.size()));
      }
    }
    return depths;
  }

  private static int deepest(
      List<Component> components, List<Integer> depths, int asking, Constraint constraint) {
    Target target = constraint.target(components.get(asking).template().tags());
    int deepest = -1;
    for (int i = 0; i < components.size(); i++) {
      if (i != asking && target.matches(components.get(i).template().tags())) {
        deepest = Math.max(deepest, depths.get(i));
      }
    }
    return deepest;
  }
}
