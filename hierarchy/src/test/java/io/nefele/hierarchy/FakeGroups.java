package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Groups as JGroups would have them: agreed views, joins through the coordinator append, who leaves
 * or is lost is removed, the two sides of a cut have views of their own that never merge by
 * themselves.
 */
final class FakeGroups {
  private final EventQueue events;
  private final RandomGenerator random;
  private final HierarchyWorld world;
  private final TreeMap<GroupId, List<List<AgentBoot>>> sides = new TreeMap<>();
  private final TreeMap<AgentBoot, Instant> busyUntil = new TreeMap<>();

  FakeGroups(HierarchyWorld world, EventQueue events, RandomGenerator random) {
    this.world = world;
    this.events = events;
    this.random = random;
  }

  void open(AgentBoot agent, GroupId group, List<AgentBoot> contacts) {
    inOrder(agent, millis(2, 10), () -> join(agent, group, contacts, 0));
  }

  void close(AgentBoot agent, GroupId group) {
    inOrder(agent, millis(1, 4), () -> remove(group, agent));
  }

  void crashed(AgentBoot agent) {
    events.after(
        millis(150, 300), () -> List.copyOf(sides.keySet()).forEach(g -> remove(g, agent)));
  }

  /** Divides each group into those who can still reach each other. */
  void divide() {
    for (GroupId group : List.copyOf(sides.keySet())) {
      List<List<AgentBoot>> after = new ArrayList<>();
      for (List<AgentBoot> side : sides.getOrDefault(group, List.of())) {
        List<List<AgentBoot>> parts = new ArrayList<>();
        for (AgentBoot member : side) {
          parts.stream()
              .filter(part -> world.connected(part.getFirst(), member))
              .findFirst()
              .ifPresentOrElse(
                  part -> part.add(member), () -> parts.add(new ArrayList<>(List.of(member))));
        }
        after.addAll(parts);
        if (parts.size() > 1) {
          parts.forEach(part -> install(group, part));
        }
      }
      sides.put(group, after);
    }
  }

  private void join(AgentBoot agent, GroupId group, List<AgentBoot> contacts, int attempt) {
    if (!world.alive(agent) || sideOf(group, agent).isPresent()) {
      return;
    }
    List<List<AgentBoot>> all = sides.computeIfAbsent(group, unused -> new ArrayList<>());
    for (List<AgentBoot> side : all) {
      AgentBoot coordinator = side.getFirst();
      if (contacts.contains(coordinator)
          && world.alive(coordinator)
          && world.connected(agent, coordinator)) {
        side.add(agent);
        install(group, side);
        return;
      }
    }
    if (contacts.isEmpty() || attempt == 2) {
      List<AgentBoot> side = new ArrayList<>(List.of(agent));
      all.add(side);
      install(group, side);
    } else {
      inOrder(agent, Duration.ofMillis(700), () -> join(agent, group, contacts, attempt + 1));
    }
  }

  private void remove(GroupId group, AgentBoot agent) {
    sideOf(group, agent)
        .ifPresent(
            side -> {
              side.remove(agent);
              if (side.isEmpty()) {
                sides.getOrDefault(group, new ArrayList<>()).removeIf(List::isEmpty);
              } else {
                install(group, side);
              }
            });
  }

  private Optional<List<AgentBoot>> sideOf(GroupId group, AgentBoot agent) {
    return sides.getOrDefault(group, List.of()).stream()
        .filter(side -> side.contains(agent))
        .findFirst();
  }

  private void install(GroupId group, List<AgentBoot> side) {
    List<AgentBoot> view = List.copyOf(side);
    for (AgentBoot member : view) {
      inOrder(member, millis(1, 4), () -> world.view(member, group, view));
    }
  }

  /** What happens to one agent's groups happens one after the other. */
  private void inOrder(AgentBoot agent, Duration delay, Runnable action) {
    Instant free = busyUntil.getOrDefault(agent, events.now());
    Instant at = events.now().plus(delay);
    if (at.isBefore(free)) {
      at = free;
    }
    busyUntil.put(agent, at);
    events.at(at, action);
  }

  private Duration millis(int least, int most) {
    return Duration.ofNanos(random.nextLong(least * 1_000_000L, most * 1_000_000L));
  }
}
