package io.nefele.sim.model;

import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.GroupId;
import io.nefele.sim.kernel.VirtualTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Groups with agreed views on a network that is never cut: who joins at the same time is in one
 * view. Counts the messages that JGroups would send: a join and its answer, a view to each member
 * and its acknowledgement.
 */
final class ModelGroups {
  private static final long HOP_NANOS = 250_000;
  private static final long BUNDLE_NANOS = 2_000_000;
  private static final long RETRY_NANOS = 100_000_000;
  private static final long GIVE_UP_NANOS = 1_000_000_000;
  static final long CRASH_SEEN_NANOS = 250_000_000;

  private final VirtualTime time;
  private final Predicate<AgentBoot> isAlive;
  private final BiConsumer<AgentBoot, View> install;

  /** Looked up, never iterated. */
  private final Map<GroupId, Group> groups = new HashMap<>();

  /** By member, in the order of joining. */
  private final Map<AgentBoot, List<GroupId>> memberships = new LinkedHashMap<>();

  private long messages;

  /** What a member is told. */
  record View(GroupId group, List<AgentBoot> members) {}

  private static final class Group {
    final List<AgentBoot> members = new ArrayList<>();
    boolean installing;
  }

  ModelGroups(VirtualTime time, Predicate<AgentBoot> isAlive, BiConsumer<AgentBoot, View> install) {
    this.time = time;
    this.isAlive = isAlive;
    this.install = install;
  }

  long messages() {
    return messages;
  }

  void open(AgentBoot agent, GroupId group, List<AgentBoot> contacts) {
    memberships.computeIfAbsent(agent, unused -> new ArrayList<>()).add(group);
    long giveUpAt = time.nowNanos() + GIVE_UP_NANOS;
    time.after(2 * HOP_NANOS, () -> join(agent, group, contacts, giveUpAt));
  }

  void close(AgentBoot agent, GroupId group) {
    List<GroupId> mine = memberships.get(agent);
    if (mine != null) {
      mine.remove(group);
    }
    messages++;
    time.after(HOP_NANOS, () -> remove(agent, group));
  }

  void crashed(AgentBoot agent) {
    List<GroupId> mine = memberships.remove(agent);
    if (mine != null) {
      time.after(CRASH_SEEN_NANOS, () -> mine.forEach(group -> remove(agent, group)));
    }
  }

  private void join(AgentBoot agent, GroupId group, List<AgentBoot> contacts, long giveUpAt) {
    List<GroupId> mine = memberships.get(agent);
    if (mine == null || !mine.contains(group)) {
      return;
    }
    messages += 2;
    Group there = groups.get(group);
    if (there != null && coordinates(there, contacts)) {
      if (!there.members.contains(agent)) {
        there.members.add(agent);
      }
      installSoon(group, there);
    } else if (contacts.isEmpty() || time.nowNanos() >= giveUpAt) {
      Group alone = new Group();
      alone.members.add(agent);
      if (there == null || there.members.isEmpty()) {
        groups.put(group, alone);
      }
      installSoon(group, alone);
    } else {
      time.after(RETRY_NANOS, () -> join(agent, group, contacts, giveUpAt));
    }
  }

  private boolean coordinates(Group there, List<AgentBoot> contacts) {
    return !there.members.isEmpty()
        && contacts.contains(there.members.getFirst())
        && isAlive.test(there.members.getFirst());
  }

  private void remove(AgentBoot agent, GroupId group) {
    Group there = groups.get(group);
    if (there != null && there.members.remove(agent)) {
      if (there.members.isEmpty()) {
        groups.remove(group);
      } else {
        installSoon(group, there);
      }
    }
  }

  private void installSoon(GroupId group, Group there) {
    if (!there.installing) {
      there.installing = true;
      time.after(BUNDLE_NANOS, () -> installNow(group, there));
    }
  }

  private void installNow(GroupId group, Group there) {
    there.installing = false;
    View view = new View(group, List.copyOf(there.members));
    messages += 2L * Math.max(0, view.members().size() - 1);
    for (AgentBoot member : view.members()) {
      time.after(HOP_NANOS, () -> install.accept(member, view));
    }
  }
}
