package io.nefele.contract;

import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.GroupId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Follows what agents do with a group transport and what they hear from it, and throws {@link
 * RuleBroken} at the first event that breaks a {@link Rule}. Events of one agent are taken in its
 * order, and what was done before what it caused; apart from that any order will do. Knows of no
 * thread and no time.
 */
public final class GroupRules {
  private final Map<GroupId, GroupViews> views = new LinkedHashMap<>();
  private final Map<GroupId, BroadcastRules> broadcasts = new LinkedHashMap<>();
  private final UnicastRules unicasts = new UnicastRules();
  private final Set<AgentBoot> crashed = new LinkedHashSet<>();
  private final Set<Membership> open = new HashSet<>();

  private record Membership(AgentBoot agent, GroupId group) {}

  /** Checks a whole run, the state of rest at its end included. */
  public static void checkSettled(List<GroupEvent> run) {
    GroupRules rules = new GroupRules();
    run.forEach(rules::accept);
    rules.settled();
  }

  public void accept(GroupEvent event) {
    if (crashed.contains(event.at())) {
      throw new RuleBroken(Rule.ONLY_THE_OPEN_HEAR, event + " after its crash");
    }
    switch (event) {
      case GroupEvent.Opened(var at, var group) -> {
        if (open.add(new Membership(at, group))) {
          views(group).opened(at);
          broadcasts(group).opened(at);
        }
      }
      case GroupEvent.Closed(var at, var group) -> {
        open.remove(new Membership(at, group));
        views(group).gone(at);
        broadcasts(group).gone(at);
      }
      case GroupEvent.Crashed(var at) -> {
        crashed.add(at);
        unicasts.gone(at);
        views.values().forEach(all -> all.gone(at));
        broadcasts.values().forEach(all -> all.gone(at));
        open.removeIf(membership -> membership.agent.equals(at));
      }
      case GroupEvent.Installed(var at, var group, var members) -> {
        requireOpen(at, group, event);
        views(group).installed(at, members);
        broadcasts(group).installed(at, members);
      }
      case GroupEvent.Broadcast(var at, var group, int number) -> {
        if (open.contains(new Membership(at, group))) {
          broadcasts(group).sent(at, number);
        }
      }
      case GroupEvent.Delivered(var at, var group, var from, int number) -> {
        requireOpen(at, group, event);
        broadcasts(group).delivered(at, from, number);
      }
      case GroupEvent.Sent(var at, var to, int number) -> unicasts.sent(at, to, number);
      case GroupEvent.Received(var at, var from, int number) -> unicasts.received(at, from, number);
    }
  }

  /** Checks what must hold when everything has had time to arrive. */
  public void settled() {
    views.values().forEach(GroupViews::settled);
    broadcasts.values().forEach(BroadcastRules::settled);
    unicasts.settled();
  }

  private void requireOpen(AgentBoot at, GroupId group, GroupEvent event) {
    if (!open.contains(new Membership(at, group))) {
      throw new RuleBroken(Rule.ONLY_THE_OPEN_HEAR, event + " of a group that is not open");
    }
  }

  private GroupViews views(GroupId group) {
    return views.computeIfAbsent(group, unused -> new GroupViews());
  }

  private BroadcastRules broadcasts(GroupId group) {
    return broadcasts.computeIfAbsent(group, unused -> new BroadcastRules());
  }

  /** What is in both, in the order of {@code first}. */
  static List<AgentBoot> common(List<AgentBoot> first, List<AgentBoot> second) {
    List<AgentBoot> kept = new ArrayList<>(first);
    kept.retainAll(new HashSet<>(second));
    return kept;
  }
}
