package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.core.AgentBoot;
import io.nefele.core.Name;
import io.nefele.hierarchy.GroupId;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Invariants H1 to H8: one tree of groups, of the right sizes, with agreed leaders. */
public final class GroupChecker implements Watcher {
  private final Supplier<World> world;
  private final Predicate<Life> isGivenUp;
  private final Sometimes sometimes;
  private final Views views;
  private final Supplier<SortedMap<Name, Integer>> leastSizes;
  private long lastChangeNanos;

  /**
   * @param isGivenUp whether a life is left broken for ever; what it does does not matter
   * @param leastSizes the least size of a group (k), by service
   */
  public GroupChecker(
      Supplier<World> world,
      Predicate<Life> isGivenUp,
      Views views,
      Supplier<SortedMap<Name, Integer>> leastSizes,
      Sometimes sometimes) {
    this.world = world;
    this.leastSizes = leastSizes;
    this.views = views;
    this.isGivenUp = isGivenUp;
    this.sometimes = sometimes;
  }

  /** When any group changed last. */
  public long lastChangeNanos() {
    return lastChangeNanos;
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    switch (effect) {
      case AgentEffect.OpenGroup(var group, var contacts) -> {
        changed(life);
        for (GroupId open : life.openGroups()) {
          if (open.level() == group.level() && open.service().equals(group.service())) {
            throw new Violation("H1", life + " opens " + group + " and is in " + open);
          }
        }
      }
      case AgentEffect.CloseGroup close -> changed(life);
      case AgentEffect.Told(var event) -> {
        switch (event.kind()) {
          case SPLIT -> sometimes.happened(Sometimes.Thing.SPLIT);
          case MERGED -> sometimes.happened(Sometimes.Thing.MERGE);
          case LED -> sometimes.happened(Sometimes.Thing.LEADER_CHANGE);
          case FORMED, JOINED, MOVED, CLOSED -> {}
        }
      }
      default -> {}
    }
  }

  @Override
  public void input(Life life, AgentInput input) {
    if (input instanceof AgentInput.ViewInstalled(var group, var members)) {
      changed(life);
      if (members.size() < views.of(life, group).size()) {
        sometimes.happened(Sometimes.Thing.VIEW_SHRANK);
      }
    }
  }

  /**
   * What is wrong with the groups of {@code lives}, which are at rest and see each other; empty if
   * nothing is.
   */
  public Optional<Violation> atRest(List<Life> lives) {
    for (var service : leastSizes.get().entrySet()) {
      Optional<Violation> wrong = atRest(lives, service.getKey(), service.getValue());
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    return Optional.empty();
  }

  private Optional<Violation> atRest(List<Life> lives, Name service, int k) {
    SortedMap<AgentBoot, Life> byBoot = new TreeMap<>();
    lives.forEach(life -> byBoot.put(life.boot(), life));
    Optional<Violation> tooHigh = checkHeight(lives, service, k);
    if (tooHigh.isPresent()) {
      return tooHigh;
    }
    int level = 0;
    SortedSet<AgentBoot> eligible = new TreeSet<>(byBoot.keySet());
    while (true) {
      SortedMap<GroupId, List<AgentBoot>> groups = new TreeMap<>();
      Optional<Violation> wrong = collect(byBoot, service, level, eligible, groups);
      if (wrong.isPresent()) {
        return wrong;
      }
      wrong = checkSizes(level, groups, k);
      if (wrong.isPresent()) {
        return wrong;
      }
      if (groups.size() == 1) {
        return checkTop(byBoot, service, level);
      }
      eligible = new TreeSet<>();
      for (List<AgentBoot> members : groups.values()) {
        eligible.add(members.getFirst());
      }
      level++;
    }
  }

  /** H2, H3, H4: the members of a level are those who lead below, and agree on their groups. */
  private Optional<Violation> collect(
      SortedMap<AgentBoot, Life> byBoot,
      Name service,
      int level,
      SortedSet<AgentBoot> eligible,
      SortedMap<GroupId, List<AgentBoot>> groups) {
    for (Life life : byBoot.values()) {
      List<GroupId> here = new ArrayList<>();
      for (GroupId group : groupsOf(life, service)) {
        if (group.level() == level) {
          here.add(group);
        }
      }
      boolean member = eligible.contains(life.boot());
      if (member != (here.size() == 1)) {
        return Optional.of(
            new Violation(
                "H2",
                life
                    + (member ? " should" : " should not")
                    + " be in one group at level "
                    + level
                    + ", it is in "
                    + here));
      }
      if (member) {
        List<AgentBoot> view = views.of(life, here.getFirst());
        List<AgentBoot> known = groups.putIfAbsent(here.getFirst(), view);
        if (known != null && !known.equals(view)) {
          return Optional.of(
              new Violation(
                  "H3", "two views of " + here.getFirst() + ": " + known + " and " + view));
        }
        if (!view.contains(life.boot())) {
          return Optional.of(
              new Violation(
                  "H4", life + " is not in its own view of " + here.getFirst() + ": " + view));
        }
        for (AgentBoot other : view) {
          if (!byBoot.containsKey(other)) {
            return Optional.of(
                new Violation("H4", here.getFirst() + " has a member that is gone: " + other));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** H5. */
  private Optional<Violation> checkSizes(
      int level, SortedMap<GroupId, List<AgentBoot>> groups, int k) {
    for (var entry : groups.entrySet()) {
      int size = entry.getValue().size();
      boolean small = groups.size() > 1 && size < k;
      if (small || size > 3 * k - 1) {
        return Optional.of(
            new Violation(
                "H5",
                entry.getKey()
                    + " at level "
                    + level
                    + " has "
                    + size
                    + " members beside "
                    + (groups.size() - 1)
                    + " other groups; k is "
                    + k));
      }
    }
    return Optional.empty();
  }

  /** H7. */
  private Optional<Violation> checkHeight(List<Life> lives, Name service, int k) {
    int most = (int) Math.ceil(Math.log(lives.size()) / Math.log(k) - 1e-9) + 1;
    for (Life life : lives) {
      for (GroupId group : groupsOf(life, service)) {
        if (group.level() + 1 > most) {
          return Optional.of(
              new Violation(
                  "H7",
                  lives.size() + " agents have " + group + ", more than " + most + " levels"));
        }
      }
    }
    return Optional.empty();
  }

  /** H6: nothing above the root. */
  private static Optional<Violation> checkTop(
      SortedMap<AgentBoot, Life> byBoot, Name service, int top) {
    for (Life life : byBoot.values()) {
      for (GroupId group : groupsOf(life, service)) {
        if (group.level() > top) {
          return Optional.of(
              new Violation("H6", life + " is in " + group + " above the root at level " + top));
        }
      }
    }
    return Optional.empty();
  }

  private static List<GroupId> groupsOf(Life life, Name service) {
    return life.openGroups().stream().filter(group -> group.service().equals(service)).toList();
  }

  private void changed(Life life) {
    if (!isGivenUp.test(life)) {
      lastChangeNanos = world.get().time().nowNanos();
    }
  }
}
