package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.gossip.Member;
import io.nefele.hierarchy.GroupId;
import io.nefele.placement.Component;
import io.nefele.placement.Constraint;
import io.nefele.placement.ProcessTemplate;
import io.nefele.placement.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Whom a spawn asks, by what all agents tell of themselves: the own group, then other groups, the
 * nearest first, and of those only agents that may have room. What no agent could ever serve is
 * refused before anybody is asked.
 */
final class Widening {
  /**
   * How many agents the first circle beyond the own group has; each further one has twice as many.
   */
  private static final int SECOND_CIRCLE = 24;

  /** How many agents outside the own group one decision may contact. */
  private static final int AGENTS_MAX = 256;

  private final AgentBoot self;
  private final Fabric fabric;

  Widening(AgentBoot self, Fabric fabric) {
    this.self = self;
    this.fabric = fabric;
  }

  /** Whom to ask for offers, nearest first. */
  List<List<AgentId>> circles(List<Component> components) {
    // The view, not gossip: it knows seconds earlier of a neighbour that is gone.
    List<AgentId> near = new ArrayList<>(fabric.groupMembers());
    if (!near.contains(self.agent())) {
      near.add(self.agent());
    }
    List<AgentId> far = beyond(near, components);
    List<List<AgentId>> circles = new ArrayList<>();
    if (components.stream().anyMatch(Widening::looksFar)) {
      near.addAll(far);
      circles.add(near);
      return circles;
    }
    circles.add(near);
    int size = SECOND_CIRCLE;
    int from = 0;
    while (from < far.size()) {
      int to = Math.min(far.size(), from + size);
      circles.add(far.subList(from, to));
      from = to;
      size *= 2;
    }
    return circles;
  }

  /** What must hold in domains larger than a server can't be judged by asking one group. */
  private static boolean looksFar(Component component) {
    return component.template().constraints().stream()
        .anyMatch(
            constraint ->
                constraint.domain().equals("group") && constraint.kind() != Constraint.Kind.ON
                    || constraint.overLabel());
  }

  /**
   * Those outside the own group that may do: with room as they last told first, then the nearer.
   */
  private List<AgentId> beyond(List<AgentId> near, List<Component> components) {
    Map<AgentId, AgentProfile> able = new LinkedHashMap<>();
    for (Member member : fabric.members()) {
      AgentId agent = member.agent();
      if (!near.contains(agent)) {
        fabric
            .profile(agent)
            .filter(profile -> components.stream().anyMatch(c -> mayServe(profile, c, false)))
            .ifPresent(profile -> able.put(agent, profile));
      }
    }
    Comparator<AgentId> order =
        Comparator.comparing(
                (AgentId agent) ->
                    components.stream().noneMatch(c -> mayServe(profileOf(able, agent), c, true)))
            .thenComparing(agent -> fabric.rtt(agent).orElse(Duration.ofDays(1)))
            .thenComparing(agent -> groupOf(profileOf(able, agent)))
            .thenComparing(Comparator.naturalOrder());
    return able.keySet().stream().sorted(order).limit(AGENTS_MAX).toList();
  }

  private static AgentProfile profileOf(Map<AgentId, AgentProfile> profiles, AgentId agent) {
    AgentProfile profile = profiles.get(agent);
    if (profile == null) {
      throw new IllegalStateException("no profile of " + agent);
    }
    return profile;
  }

  private String groupOf(AgentProfile profile) {
    return profile.lowestGroup(fabric.homeService()).map(GroupId::toString).orElse("");
  }

  private static boolean mayServe(AgentProfile profile, Component component, boolean now) {
    ProcessTemplate template = component.template();
    Resources room = now ? profile.free() : profile.capacity();
    return room.covers(template.demand()) && meetsLabels(profile, template);
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
            .flatMap(member -> fabric.profile(member.agent()).stream())
            .toList();
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
    if (profiles.stream().anyMatch(profile -> mayServe(profile, component, false))) {
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
