package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.gossip.Member;
import io.nefele.placement.Circles;
import io.nefele.placement.Component;
import io.nefele.placement.Constraint;
import io.nefele.placement.ProcessTemplate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Whom a spawn asks, by what all agents tell of themselves: the own group, then other groups, the
 * nearest first, and of those only agents that may have room. What no agent could ever serve is
 * refused before anybody is asked.
 */
final class Widening {
  private final AgentBoot self;
  private final Fabric fabric;
  private final Predicate<AgentId> drained;

  Widening(AgentBoot self, Fabric fabric, Predicate<AgentId> drained) {
    this.self = self;
    this.drained = drained;
    this.fabric = fabric;
  }

  /** Whom to ask for offers, nearest first. */
  List<List<AgentId>> circles(List<Component> components) {
    // The view, not gossip: it knows seconds earlier of a neighbour that is gone.
    List<AgentId> near = new ArrayList<>(fabric.groupMembers());
    if (!near.contains(self.agent())) {
      near.add(self.agent());
    }
    List<Circles.Summary> others = new ArrayList<>();
    for (Member member : fabric.members()) {
      AgentId agent = member.agent();
      if (!near.contains(agent) && !drained.test(agent)) {
        fabric.profile(agent).ifPresent(profile -> others.add(summary(agent, profile)));
      }
    }
    return Circles.of(near, others, components);
  }

  private Circles.Summary summary(AgentId agent, AgentProfile profile) {
    return new Circles.Summary(
        agent,
        profile.capacity(),
        profile.free(),
        profile.facts(),
        fabric.rtt(agent).map(Duration::toNanos).orElse(Long.MAX_VALUE));
  }

  private static boolean mayServe(AgentProfile profile, Component component) {
    ProcessTemplate template = component.template();
    return profile.capacity().covers(template.demand()) && meetsLabels(profile, template);
  }

  private static boolean meetsLabels(AgentProfile profile, ProcessTemplate template) {
    return template.constraints().stream()
        .filter(Constraint::hard)
        .allMatch(profile.facts()::meets);
  }

  /** Why the fabric, were it empty, could not serve the request; empty if it might. */
  Optional<String> impossible(List<Component> components) {
    List<AgentProfile> profiles =
        fabric.members().stream()
            .filter(member -> !drained.test(member.agent()))
            .flatMap(member -> fabric.profile(member.agent()).stream())
            .toList();
    if (profiles.isEmpty()) {
      return Optional.of(
          "all agents are drained; 'nefele agent undrain K' lets one take processes");
    }
    for (Component component : components) {
      Optional<String> why =
          contradiction(component.template())
              .or(() -> unknownResource(component.template(), profiles))
              .or(() -> unknownLabel(component.template(), profiles))
              .or(() -> tooLarge(component, profiles))
              .or(() -> tooMany(component, profiles));
      if (why.isPresent()) {
        return why;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> contradiction(ProcessTemplate template) {
    for (Constraint one : template.constraints()) {
      for (Constraint other : template.constraints()) {
        if (one.contradicts(other)) {
          return Optional.of(
              "'"
                  + one.text()
                  + "' and '"
                  + other.text()
                  + "' contradict each other; take one out, or let it be preferred");
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> unknownResource(
      ProcessTemplate template, List<AgentProfile> profiles) {
    SortedSet<String> known = new TreeSet<>();
    profiles.forEach(profile -> known.addAll(profile.capacity().others().keySet()));
    for (String name : template.demand().others().keySet()) {
      if (!known.contains(name)) {
        return Optional.of("no agent has a resource '" + name + "'" + thereAre(known));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> unknownLabel(
      ProcessTemplate template, List<AgentProfile> profiles) {
    SortedSet<String> keys = new TreeSet<>();
    profiles.forEach(profile -> keys.addAll(profile.facts().labels().keySet()));
    for (Constraint constraint : template.constraints()) {
      boolean on = constraint.kind() == Constraint.Kind.ON;
      String key = on ? constraint.key() : constraint.domain();
      if (!constraint.hard() || !(on || constraint.overLabel())) {
        continue;
      }
      if (!keys.contains(key)) {
        return Optional.of(
            "'" + constraint.text() + "': no agent has a label '" + key + "'" + thereAre(keys));
      }
      SortedSet<String> values = new TreeSet<>();
      profiles.forEach(
          profile -> Optional.ofNullable(profile.facts().labels().get(key)).ifPresent(values::add));
      if (on && !values.contains(constraint.value())) {
        return Optional.of(
            "'"
                + constraint.text()
                + "': no agent has that; "
                + key
                + " is "
                + String.join(" or ", values));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> tooLarge(Component component, List<AgentProfile> profiles) {
    ProcessTemplate template = component.template();
    if (profiles.stream().anyMatch(profile -> mayServe(profile, component))) {
      return Optional.empty();
    }
    return profiles.stream()
        .filter(profile -> meetsLabels(profile, template))
        .max(Comparator.comparingDouble(p -> p.capacity().tighterShareOf(template.demand())))
        .map(
            closest ->
                "no agent is large enough for "
                    + template.demand().text()
                    + " even when empty; the closest, "
                    + closest.name()
                    + ", has "
                    + closest.capacity().text()
                    + " in all")
        .or(
            () ->
                Optional.of(
                    "no agent meets all of "
                        + template.constraints().stream().map(Constraint::text).toList()));
  }

  private static Optional<String> tooMany(Component component, List<AgentProfile> profiles) {
    ProcessTemplate template = component.template();
    boolean alone =
        template.constraints().stream().anyMatch(constraint -> keepsAlone(constraint, template));
    long fitting = 0;
    for (AgentProfile profile : profiles) {
      if (meetsLabels(profile, template)) {
        fitting += profile.capacity().fits(template.demand(), alone ? 1 : component.count());
      }
    }
    if (fitting >= component.count()) {
      return Optional.empty();
    }
    return Optional.of(
        component.count()
            + " of "
            + template.demand().text()
            + " each are more than the whole fabric has room for when empty"
            + (alone ? ", one on each server" : "")
            + ": "
            + fitting);
  }

  private static boolean keepsAlone(Constraint constraint, ProcessTemplate template) {
    return constraint.kind() == Constraint.Kind.APART
        && constraint.hard()
        && constraint.domain().equals("server")
        && (constraint.key().isEmpty()
            ? template.name().filter(n -> n.text().equals(constraint.value())).isPresent()
            : template.labels().contains(constraint.key() + "=" + constraint.value()));
  }

  private static String thereAre(SortedSet<String> known) {
    return known.isEmpty() ? "; there are none" : "; there are " + String.join(", ", known);
  }
}
