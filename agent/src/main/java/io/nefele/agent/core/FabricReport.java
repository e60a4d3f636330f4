package io.nefele.agent.core;

import io.nefele.agent.core.Fabric.Membership;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.gossip.Member;
import io.nefele.gossip.MemberState;
import io.nefele.hierarchy.GroupId;
import io.nefele.placement.Resources;
import io.nefele.table.Reach;
import io.nefele.table.Reach.Subtree;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The fabric as this agent knows it, in the words of the client protocol. */
final class FabricReport {
  private final AgentBoot self;
  private final Fabric fabric;
  private final Spawner spawner;
  private final Predicate<AgentId> drained;

  /** How far away something is, nearest first (paper, section 3: along the latency gradient). */
  enum Distance {
    SERVER,
    GROUP,
    DATACENTER;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  FabricReport(AgentBoot self, Fabric fabric, Spawner spawner, Predicate<AgentId> drained) {
    this.drained = drained;
    this.self = self;
    this.fabric = fabric;
    this.spawner = spawner;
  }

  List<Response.AgentRow> agents() {
    List<Response.AgentRow> rows = new ArrayList<>();
    fabric.members().forEach(member -> rows.add(agent(member, false)));
    fabric.lost().forEach(member -> rows.add(agent(member, true)));
    return rows;
  }

  /** The groups of {@code service}; empty if this agent takes no part in it. */
  Optional<List<Response.GroupRow>> groups(Name service) {
    if (!fabric.services().contains(service)) {
      return Optional.empty();
    }
    List<Response.GroupRow> rows = new ArrayList<>();
    SortedMap<GroupId, Roster> rosters = rosters(service);
    // Of its own groups this agent knows better than gossip, which tells of a change later.
    fabric.ownGroups(service).forEach((group, members) -> correct(rosters, group, members));
    rosters.forEach((group, roster) -> rows.add(roster.row(group)));
    return Optional.of(rows);
  }

  /** The groups of the home service. */
  List<Response.GroupRow> groups() {
    return groups(fabric.homeService()).orElseThrow();
  }

  /** The services that this agent takes part in. */
  List<Name> services() {
    return fabric.services();
  }

  /** The row of an agent that has just told what it has free; empty if it is gone since. */
  Optional<Response.AgentRow> agent(AgentId agent, Resources free) {
    return fabric.members().stream()
        .filter(member -> member.agent().equals(agent))
        .findFirst()
        .map(member -> agent(member, false, Optional.of(free)));
  }

  /** What people call the agent, and its id. */
  String nameOf(AgentId agent) {
    return fabric
        .profile(agent)
        .map(profile -> profile.name() + " (" + agent + ")")
        .orElseGet(agent::toString);
  }

  /** What people call the agent; empty if that is not known. */
  String plainNameOf(AgentId agent) {
    return fabric.profile(agent).map(profile -> profile.name().toString()).orElse("");
  }

  /** The group of the home service that people call {@code text}. */
  Optional<GroupId> groupNamed(String text) {
    return rosters(fabric.homeService()).keySet().stream()
        .filter(group -> group.toString().equals(text))
        .findFirst();
  }

  /** Who has to be asked, besides this agent itself, to hear of every process. */
  Reach reach() {
    Optional<GroupId> own = fabric.group();
    List<Subtree> subtrees = new ArrayList<>();
    SortedSet<AgentBoot> besides = new TreeSet<>(boots(fabric.recentMovers()));
    List<AgentId> inSomeGroup = new ArrayList<>();
    rosters(fabric.homeService())
        .forEach(
            (group, roster) -> {
              if (group.level() == 0) {
                inSomeGroup.addAll(roster.members);
                if (own.equals(Optional.of(group))) {
                  besides.addAll(boots(roster.members));
                } else {
                  subtrees.add(new Subtree(label(group), roster.leader(), boots(roster.members)));
                }
              }
            });
    for (Member member : fabric.members()) {
      AgentId agent = member.agent();
      if (!inSomeGroup.contains(agent) && !agent.equals(self.agent())) {
        subtrees.add(new Subtree("agent " + agent, agent, List.of(member.boot())));
      }
    }
    return new Reach(subtrees, besides);
  }

  private List<AgentBoot> boots(Collection<AgentId> agents) {
    return agents.stream().map(fabric::bootOf).flatMap(Optional::stream).toList();
  }

  /** What people call a group where it answers for its members. */
  static String label(GroupId group) {
    return "group " + group;
  }

  Response.MailboxRow mailbox(ProcessId id) {
    return new Response.MailboxRow(id, distanceOf(id).text(), rttMicros(id.agent()));
  }

  Distance distanceOf(ProcessId process) {
    AgentId agent = process.agent();
    if (agent.equals(self.agent())) {
      return Distance.SERVER;
    }
    Optional<GroupId> own = fabric.group();
    return own.isPresent() && own.equals(fabric.groupOf(agent))
        ? Distance.GROUP
        : Distance.DATACENTER;
  }

  /** A group put together from what its members tell. */
  private static final class Roster {
    final List<AgentId> members = new ArrayList<>();
    Optional<AgentId> told = Optional.empty();
    long epoch;

    /** The leader that the newest epoch names; its own word comes with the highest. */
    AgentId leader() {
      return told.orElseGet(members::getFirst);
    }

    Response.GroupRow row(GroupId group) {
      List<String> names = new ArrayList<>();
      names.add(leader().toString());
      members.stream()
          .filter(member -> !member.equals(leader()))
          .forEach(member -> names.add(member.toString()));
      return new Response.GroupRow(
          group.toString(), group.level(), leader().toString(), names, epoch);
    }
  }

  private static void correct(
      SortedMap<GroupId, Roster> rosters, GroupId group, List<AgentId> members) {
    rosters.entrySet().stream()
        .filter(
            entry ->
                entry.getKey().level() == group.level()
                    && entry.getKey().service().equals(group.service())
                    && !entry.getKey().equals(group))
        .forEach(entry -> entry.getValue().members.removeAll(members));
    rosters.values().removeIf(roster -> roster.members.isEmpty());
    Roster own = rosters.computeIfAbsent(group, unused -> new Roster());
    own.members.clear();
    own.members.addAll(members);
  }

  private SortedMap<GroupId, Roster> rosters(Name service) {
    SortedMap<GroupId, Roster> rosters = new TreeMap<>();
    for (Membership membership : fabric.memberships(service)) {
      Roster roster = rosters.computeIfAbsent(membership.advert().group(), group -> new Roster());
      roster.members.add(membership.agent());
      if (membership.advert().epoch() >= roster.epoch) {
        roster.epoch = membership.advert().epoch();
        roster.told = Optional.of(membership.advert().leader().agent());
      }
    }
    return rosters;
  }

  /** The level-0 group of the agent as people know it, empty if none is known. */
  String groupText(AgentId agent) {
    return fabric.groupOf(agent).map(GroupId::toString).orElse("");
  }

  private Response.AgentRow agent(Member member, boolean lost) {
    return agent(member, lost, Optional.empty());
  }

  private Response.AgentRow agent(Member member, boolean lost, Optional<Resources> told) {
    Optional<AgentProfile> profile =
        lost ? AgentProfile.of(member) : fabric.profile(member.agent());
    boolean own = member.agent().equals(self.agent());
    Resources free =
        told.orElseGet(
            () -> own ? spawner.free() : profile.map(AgentProfile::free).orElse(Resources.NONE));
    Resources capacity = profile.map(AgentProfile::capacity).orElse(Resources.NONE);
    return new Response.AgentRow(
        profile.map(AgentProfile::number).orElse(0),
        member.agent().toString(),
        profile.map(its -> its.name().toString()).orElse(""),
        lost ? "lost" : member.state() == MemberState.SUSPECT ? "suspect" : "alive",
        lost ? "" : fabric.groupOf(member.agent()).map(GroupId::toString).orElse(""),
        profile.map(its -> its.isolation().name().toLowerCase(Locale.ROOT)).orElse(""),
        capacity.cpuMillis(),
        capacity.memoryBytes(),
        free.cpuMillis(),
        free.memoryBytes(),
        lost ? -1 : rttMicros(member.agent()),
        ((long) member.boot().epoch() << 32) | member.incarnation(),
        drained.test(member.agent()));
  }

  private long rttMicros(AgentId agent) {
    return fabric.rtt(agent).map(Duration::toNanos).map(nanos -> nanos / 1000).orElse(-1L);
  }
}
