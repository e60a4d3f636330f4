package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Endpoint;
import io.nefele.core.Name;
import io.nefele.core.SeededStreams;
import io.nefele.gossip.Gossip;
import io.nefele.gossip.GossipEffect;
import io.nefele.gossip.GossipInput;
import io.nefele.gossip.Member;
import io.nefele.gossip.MemberEvent;
import io.nefele.gossip.MemberState;
import io.nefele.hierarchy.GroupAdvert;
import io.nefele.hierarchy.GroupId;
import io.nefele.hierarchy.Hierarchy;
import io.nefele.hierarchy.HierarchyConfig;
import io.nefele.hierarchy.HierarchyEffect;
import io.nefele.hierarchy.HierarchyInput;
import io.nefele.hierarchy.Peer;
import io.nefele.mailbox.Interests;
import io.nefele.placement.Resources;
import io.nefele.table.tenant.Registry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Who exists and who is with whom: gossip and the hierarchy, each told what the other finds out.
 */
final class Fabric implements Registry.Others {
  /** Of how many lost agents the last news is kept. */
  private static final int LOST_REMEMBERED = 1000;

  /** Gossip brings news of an agent well within this, if there is one. */
  private static final Duration NEWS_PATIENCE = Duration.ofSeconds(5);

  private final AgentBoot self;
  private final Outbox outbox;
  private final Listener listener;
  private final EventLog events;
  private final Gossip gossip;

  /** By service, the home service first. */
  private final SequencedMap<Name, Hierarchy> hierarchies = new LinkedHashMap<>();

  /** What each of them wants told, in the same order. */
  private final SequencedMap<Name, List<GroupAdvert>> adverts = new LinkedHashMap<>();

  /** In the order in which they were lost. */
  private final Movers movers = new Movers();

  private final SequencedMap<AgentId, Member> lost = new LinkedHashMap<>();

  private AgentProfile profile;

  /** What the other parts of the agent are told about the fabric. */
  interface Listener {
    void agentLost(Instant now, AgentId agent);

    /** There is news of an agent that is present: it has come, returned or changed. */
    void agentKnown(Instant now, AgentId agent);

    /** An agent is present that was not before, or in another life. */
    void agentCame(Instant now, AgentId agent);

    /** The agent says that it is in another level-0 group than this one's. */
    void agentElsewhere(Instant now, AgentId agent);

    void groupInstalled(Instant now, GroupId group, List<AgentId> members);

    void groupLeft(Instant now, GroupId group);
  }

  Fabric(
      AgentConfig config, SeededStreams random, Listener listener, EventLog events, Outbox outbox) {
    this.events = events;
    this.self = config.self();
    this.profile = config.profile().withInterests(Interests.firstVersion(self));
    this.listener = listener;
    this.outbox = outbox;
    this.gossip =
        new Gossip(
            config.membership(),
            self,
            config.gossip(),
            profile.toMetadata(),
            random.stream("gossip"));
    for (HierarchyConfig service : config.services()) {
      Name name = service.service();
      hierarchies.put(
          name,
          new Hierarchy(
              service, self, new GossipDistances(gossip), random.stream("hierarchy of " + name)));
      adverts.put(name, List.of());
    }
  }

  void start(Instant now) {
    gossip(now, new GossipInput.Started());
    hierarchies(now, new HierarchyInput.Started());
  }

  void leave(Instant now) {
    hierarchies(now, new HierarchyInput.LeaveRequested());
    gossip(now, new GossipInput.LeaveRequested());
  }

  /** Looks whether a clearly nearer group has room. */
  void lookForNearer(Instant now) {
    hierarchies(now, new HierarchyInput.DistancesMeasured());
  }

  /** Tells everybody what is free here, if that has changed. */
  void refresh(Instant now, Resources free) {
    if (!free.equals(profile.free())) {
      tellProfile(now, profile.with(profile.groups(), free));
    }
  }

  /** Tells everybody that there is a new version of what this agent's processes subscribed to. */
  void tellInterests(Instant now, long version) {
    tellProfile(now, profile.withInterests(version));
  }

  void gossip(Instant now, GossipInput input) {
    for (GossipEffect effect : gossip.step(now, input)) {
      switch (effect) {
        case GossipEffect.Send(Endpoint to, var message) ->
            outbox.add(new AgentEffect.SendDatagram(to, message));
        case GossipEffect.SendStream(Endpoint to, var message) ->
            outbox.add(new AgentEffect.SendStream(to, message));
        case GossipEffect.Watch(Endpoint to, var lease) ->
            outbox.add(new AgentEffect.Watch(to, lease));
        case GossipEffect.SetTimer(var timer, var delay) ->
            outbox.setTimer(new AgentTimer.Gossip(timer), delay);
        case GossipEffect.CancelTimer(var timer) ->
            outbox.cancelTimer(new AgentTimer.Gossip(timer));
        case GossipEffect.MemberChanged(var event) -> memberChanged(now, event);
        case GossipEffect.Superseded(AgentBoot by) -> outbox.add(new AgentEffect.Superseded(by));
      }
    }
  }

  /** What one service's hierarchy has to hear; nothing if this agent takes no part in it. */
  void hierarchy(Instant now, Name service, HierarchyInput input) {
    Hierarchy hierarchy = hierarchies.get(service);
    if (hierarchy != null) {
      carryOut(now, service, hierarchy.step(now, input));
    }
  }

  private void hierarchies(Instant now, HierarchyInput input) {
    hierarchies.forEach((service, hierarchy) -> carryOut(now, service, hierarchy.step(now, input)));
  }

  private void carryOut(Instant now, Name service, List<HierarchyEffect> effects) {
    for (HierarchyEffect effect : effects) {
      switch (effect) {
        case HierarchyEffect.OpenGroup(var group, var contacts) ->
            outbox.add(new AgentEffect.OpenGroup(group, contacts));
        case HierarchyEffect.CloseGroup(var group) -> {
          outbox.add(new AgentEffect.CloseGroup(group));
          if (group.level() == 0 && service.equals(homeService())) {
            listener.groupLeft(now, group);
          }
        }
        case HierarchyEffect.Send(var to, var message) ->
            outbox.add(new AgentEffect.Send(to, new AgentMessage.OfHierarchy(message)));
        case HierarchyEffect.SetTimer(var timer, var delay) ->
            outbox.setTimer(new AgentTimer.Hierarchy(service, timer), delay);
        case HierarchyEffect.CancelTimer(var timer) ->
            outbox.cancelTimer(new AgentTimer.Hierarchy(service, timer));
        case HierarchyEffect.Advertise(var told) -> {
          adverts.put(service, told);
          List<GroupAdvert> all = adverts.values().stream().flatMap(List::stream).toList();
          tellProfile(now, profile.with(all, profile.free()));
        }
        case HierarchyEffect.Told(var event) -> {
          events.add(now, event);
          outbox.add(new AgentEffect.Told(event));
        }
      }
    }
  }

  void viewInstalled(Instant now, GroupId group, List<AgentBoot> members) {
    hierarchy(now, group.service(), new HierarchyInput.ViewInstalled(group, members));
    if (group.level() == 0 && group().equals(Optional.of(group))) {
      listener.groupInstalled(
          now, group, members.stream().map(AgentBoot::agent).distinct().toList());
    }
  }

  /** The members of the fabric, this agent among them. */
  Collection<Member> members() {
    return gossip.members();
  }

  @Override
  public List<AgentId> others() {
    List<AgentId> others = new ArrayList<>(gossip.agents());
    others.remove(self.agent());
    return others;
  }

  @Override
  public int otherCount() {
    return gossip.memberCount() - 1;
  }

  /** Agents that are gone and did not say goodbye. */
  Collection<Member> lost() {
    return lost.values();
  }

  boolean isLost(AgentId agent) {
    return lost.containsKey(agent);
  }

  /** How long to wait for what only {@code agent} can do: not long if nobody has heard of it. */
  Duration patience(AgentId agent, Duration deadline) {
    boolean heardOf = isLost(agent) || bootOf(agent).isPresent();
    return heardOf || deadline.compareTo(NEWS_PATIENCE) < 0 ? deadline : NEWS_PATIENCE;
  }

  Optional<AgentBoot> bootOf(AgentId agent) {
    return gossip.member(agent).filter(Fabric::isPresent).map(Member::boot);
  }

  Optional<Duration> rtt(AgentId agent) {
    return agent.equals(self.agent()) ? Optional.of(Duration.ZERO) : gossip.rtt(agent);
  }

  /** The services that this agent takes part in, the home service first. */
  List<Name> services() {
    return List.copyOf(hierarchies.keySet());
  }

  Name homeService() {
    return hierarchies.firstEntry().getKey();
  }

  private Hierarchy home() {
    return hierarchies.firstEntry().getValue();
  }

  /** The level-0 group of this agent. */
  Optional<GroupId> group() {
    return home().groupAt(0).map(GroupAdvert::group);
  }

  /** The members of a group that this agent is in, the leader first; none of any other. */
  List<AgentBoot> viewOf(GroupId group) {
    Hierarchy hierarchy = hierarchies.get(group.service());
    if (hierarchy == null) {
      return List.of();
    }
    int level = group.level();
    boolean own =
        hierarchy.groupAt(level).filter(advert -> advert.group().equals(group)).isPresent();
    return own ? hierarchy.membersAt(level) : List.of();
  }

  /** What an agent says of its groups. */
  List<GroupAdvert> groupsOf(AgentId agent) {
    return profile(agent).map(AgentProfile::groups).orElse(List.of());
  }

  /** The agents of its view, this one among them; none while it is in no group. */
  List<AgentId> groupMembers() {
    return home().membersAt(0).stream().map(AgentBoot::agent).distinct().toList();
  }

  /** The members of the groups of {@code service} that this agent is in, by their views. */
  SortedMap<GroupId, List<AgentId>> ownGroups(Name service) {
    SortedMap<GroupId, List<AgentId>> groups = new TreeMap<>();
    Hierarchy hierarchy = hierarchies.get(service);
    if (hierarchy == null) {
      return groups;
    }
    for (int level : hierarchy.myLevels()) {
      List<AgentId> members =
          hierarchy.membersAt(level).stream().map(AgentBoot::agent).distinct().toList();
      hierarchy.groupAt(level).ifPresent(advert -> groups.put(advert.group(), members));
    }
    return groups;
  }

  /** What this agent tells of itself. */
  AgentProfile profile() {
    return profile;
  }

  /** The agents that have lately come to another group of the home service, or to their first. */
  SortedSet<AgentId> recentMovers() {
    return movers.recent(outbox.now());
  }

  /** What a member tells of itself. */
  Optional<AgentProfile> profile(AgentId agent) {
    return gossip.member(agent).flatMap(AgentProfile::of);
  }

  /** What all members tell of their groups of {@code service}, in the order of their ids. */
  List<Membership> memberships(Name service) {
    List<Membership> memberships = new ArrayList<>();
    for (Member member : gossip.members()) {
      for (GroupAdvert advert :
          AgentProfile.of(member).map(AgentProfile::groups).orElse(List.of())) {
        if (advert.group().service().equals(service)) {
          memberships.add(new Membership(member.agent(), advert));
        }
      }
    }
    return memberships;
  }

  /** That an agent is in a group. */
  record Membership(AgentId agent, GroupAdvert advert) {}

  private void memberChanged(Instant now, MemberEvent event) {
    outbox.add(new AgentEffect.MembershipChanged(event));
    Member member = event.member();
    switch (event) {
      case MemberEvent.Joined joined -> {
        learn(now, member);
        listener.agentCame(now, member.agent());
      }
      case MemberEvent.Restarted restarted -> {
        listener.agentLost(now, member.agent());
        learn(now, member);
        listener.agentCame(now, member.agent());
      }
      case MemberEvent.MetadataUpdated updated -> learn(now, member);
      case MemberEvent.Suspected suspected -> {}
      case MemberEvent.Refuted refuted -> {}
      case MemberEvent.Forgotten forgotten -> lost.remove(member.agent());
      case MemberEvent.Left left -> unlearn(now, member);
      case MemberEvent.Removed removed -> {
        lost.putLast(member.agent(), member);
        if (lost.size() > LOST_REMEMBERED) {
          lost.pollFirstEntry();
        }
        unlearn(now, member);
      }
    }
  }

  /** The level-0 group of the home service that the agent says it is in. */
  Optional<GroupId> groupOf(AgentId agent) {
    return profile(agent).flatMap(told -> told.lowestGroup(homeService()));
  }

  private void learn(Instant now, Member member) {
    lost.remove(member.agent());
    Optional<AgentProfile> told = AgentProfile.of(member);
    if (told.isEmpty()) {
      return;
    }
    outbox.add(new AgentEffect.Learn(member.boot(), told.get().messages()));
    hierarchies(now, new HierarchyInput.PeerChanged(new Peer(member.boot(), told.get().groups())));
    Optional<GroupId> theirs = told.get().lowestGroup(homeService());
    movers.heard(now, member.agent(), theirs);
    if (theirs.isPresent() && !theirs.equals(group())) {
      listener.agentElsewhere(now, member.agent());
    }
    listener.agentKnown(now, member.agent());
  }

  private void unlearn(Instant now, Member member) {
    outbox.add(new AgentEffect.Unlearn(member.boot()));
    movers.gone(member.agent());
    hierarchies(now, new HierarchyInput.PeerGone(member.agent()));
    listener.agentLost(now, member.agent());
  }

  private void tellProfile(Instant now, AgentProfile told) {
    profile = told;
    gossip(now, new GossipInput.MetadataChanged(told.toMetadata()));
  }

  private static boolean isPresent(Member member) {
    return member.state() == MemberState.ALIVE || member.state() == MemberState.SUSPECT;
  }
}
