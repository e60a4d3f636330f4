package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.InvariantViolation;
import io.nefele.core.Name;
import io.nefele.core.SeededStreams;
import io.nefele.hierarchy.HierarchyInput.LeaveRequested;
import io.nefele.hierarchy.HierarchyInput.PeerChanged;
import io.nefele.hierarchy.HierarchyInput.PeerGone;
import io.nefele.hierarchy.HierarchyInput.Received;
import io.nefele.hierarchy.HierarchyInput.Started;
import io.nefele.hierarchy.HierarchyInput.TimerFired;
import io.nefele.hierarchy.HierarchyInput.ViewInstalled;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Agents that only have a {@link Hierarchy}, under virtual time, with faults. Same seed, same run.
 */
final class HierarchyWorld {
  private static final class Agent {
    final AgentBoot boot;
    final Hierarchy hierarchy;
    final TreeMap<String, Long> timers = new TreeMap<>();
    List<GroupAdvert> adverts = List.of();
    long gossipVersion;
    boolean alive = true;

    Agent(AgentBoot boot, Hierarchy hierarchy) {
      this.boot = boot;
      this.hierarchy = hierarchy;
    }
  }

  static final Duration NEAR = Duration.ofMillis(1);

  private final int k;
  private Duration far = NEAR;
  private final SeededStreams streams;
  private final RandomGenerator random;
  private final EventQueue events = new EventQueue();
  private final FakeGroups groups;
  private final TreeMap<AgentId, Agent> agents = new TreeMap<>();
  private final TreeMap<String, Long> gossipSeen = new TreeMap<>();
  private final Set<AgentId> otherSide = new TreeSet<>();
  private final TreeMap<String, AgentBoot> leaders = new TreeMap<>();
  private boolean everCut;
  private double loss;
  private long timerSequence;
  private long ids;
  long messages;

  HierarchyWorld(long seed, int k) {
    this.k = k;
    this.streams = new SeededStreams(seed);
    this.random = streams.stream("world");
    this.groups = new FakeGroups(this, events, streams.stream("groups"));
  }

  Instant now() {
    return events.now();
  }

  void lose(double share) {
    loss = share;
  }

  /** Starts {@code count} agents within {@code spread}; gossip takes a while to introduce them. */
  void start(int count, Duration spread) {
    for (int i = 0; i < count; i++) {
      AgentId id = new AgentId(Choices.hash(++ids, 17) >>> 14);
      long delay = spread.isZero() ? 0 : random.nextLong(spread.toNanos());
      events.after(Duration.ofNanos(delay), () -> boot(new AgentBoot(id, 1)));
    }
  }

  private void boot(AgentBoot boot) {
    HierarchyConfig config = new HierarchyConfig(new Name("boot"), k);
    Agent agent =
        new Agent(
            boot,
            new Hierarchy(
                config, boot, peer -> rtt(boot.agent(), peer), streams.stream("agent " + boot)));
    agents.put(boot.agent(), agent);
    step(agent, new Started());
    for (Agent other : agents.values()) {
      if (other != agent) {
        introduce(agent, other);
        introduce(other, agent);
      }
    }
  }

  /** From now on half of the agents, chosen by their ids, are so far away from the other half. */
  void moveApart(Duration distance) {
    far = distance;
  }

  static boolean isFar(AgentBoot boot) {
    return boot.agent().value() % 2 == 0;
  }

  /** All look whether there is a nearer group for them. */
  void measureDistances() {
    List.copyOf(agents.values())
        .forEach(agent -> step(agent, new HierarchyInput.DistancesMeasured()));
  }

  private Optional<Duration> rtt(AgentId one, AgentId other) {
    return Optional.of(one.value() % 2 == other.value() % 2 ? NEAR : far);
  }

  void crash(AgentBoot boot) {
    Agent agent = agent(boot).orElseThrow();
    agent.alive = false;
    groups.crashed(boot);
    for (Agent other : agents.values()) {
      events.after(millis(1_000, 2_500), () -> gone(other, agent));
    }
  }

  void leave(AgentBoot boot) {
    Agent agent = agent(boot).orElseThrow();
    step(agent, new LeaveRequested());
    agent.alive = false;
    for (Agent other : agents.values()) {
      events.after(millis(10, 200), () -> gone(other, agent));
    }
  }

  /** Cuts {@code side} off from the rest. */
  void cut(List<AgentBoot> side) {
    everCut = true;
    side.forEach(boot -> otherSide.add(boot.agent()));
    events.after(Duration.ofSeconds(5), groups::divide);
    for (Agent one : agents.values()) {
      for (Agent other : agents.values()) {
        if (!connected(one.boot, other.boot)) {
          events.after(millis(2_000, 4_000), () -> gone(one, other));
        }
      }
    }
  }

  void heal() {
    otherSide.clear();
    for (Agent one : agents.values()) {
      for (Agent other : agents.values()) {
        if (one != other) {
          introduce(one, other);
        }
      }
    }
  }

  boolean connected(AgentBoot one, AgentBoot other) {
    return otherSide.contains(one.agent()) == otherSide.contains(other.agent());
  }

  boolean alive(AgentBoot boot) {
    return agent(boot).map(agent -> agent.alive).orElse(false);
  }

  void view(AgentBoot member, GroupId group, List<AgentBoot> view) {
    agent(member).ifPresent(agent -> step(agent, new ViewInstalled(group, view)));
  }

  /** Lets {@code span} pass; returns whether the world came to rest: nothing left to happen. */
  boolean run(Duration span) {
    return events.runUntil(events.now().plus(span));
  }

  List<AgentBoot> living() {
    return agents.values().stream().filter(agent -> agent.alive).map(agent -> agent.boot).toList();
  }

  Hierarchy hierarchy(AgentBoot boot) {
    return agent(boot).orElseThrow().hierarchy;
  }

  /** What is wrong with the picture at rest among {@code side}; empty if nothing. */
  Optional<String> wrong(List<AgentBoot> side) {
    InvariantViolation.check(!side.isEmpty(), () -> "nobody to look at");
    List<AgentBoot> population = side;
    for (int level = 0; ; level++) {
      TreeMap<GroupId, Set<AgentBoot>> members = new TreeMap<>();
      for (AgentBoot boot : population) {
        Optional<GroupAdvert> in = hierarchy(boot).groupAt(level);
        if (in.isEmpty()) {
          return Optional.of(boot + " is in no group at level " + level);
        }
        members.computeIfAbsent(in.get().group(), unused -> new TreeSet<>()).add(boot);
      }
      for (var entry : members.entrySet()) {
        for (AgentBoot boot : entry.getValue()) {
          if (!new HashSet<>(hierarchy(boot).membersAt(level)).equals(entry.getValue())) {
            return Optional.of(boot + " has another view of " + entry);
          }
        }
        int size = entry.getValue().size();
        if (size > 3 * k - 1 || (size < k && members.size() > 1)) {
          return Optional.of(entry.getKey() + " has " + size + " members");
        }
      }
      if (population.size() <= 3 * k - 1 && members.size() > 1) {
        return Optional.of(population.size() + " agents in groups " + members.keySet());
      }
      int next = level;
      population =
          side.stream()
              .filter(boot -> hierarchy(boot).leader(next).equals(Optional.of(boot)))
              .toList();
      if (members.size() == 1) {
        int top = level;
        return side.stream()
            .filter(boot -> hierarchy(boot).groupAt(top + 1).isPresent())
            .map(boot -> boot + " is above the top, level " + top)
            .findFirst();
      }
    }
  }

  private void step(Agent agent, HierarchyInput input) {
    if (!agent.alive) {
      return;
    }
    for (HierarchyEffect effect : agent.hierarchy.step(events.now(), input)) {
      execute(agent, effect);
    }
    checkOneLeaderPerEpoch(agent);
  }

  /** Of a group that no cut divided. */
  private void checkOneLeaderPerEpoch(Agent agent) {
    for (GroupAdvert advert : agent.adverts) {
      if (advert.byLeader() && !everCut) {
        AgentBoot first =
            leaders.computeIfAbsent(
                advert.group() + " epoch " + advert.epoch(), unused -> agent.boot);
        InvariantViolation.check(
            first.equals(agent.boot), () -> first + " and " + agent.boot + " lead " + advert);
      }
    }
  }

  private void execute(Agent agent, HierarchyEffect effect) {
    switch (effect) {
      case HierarchyEffect.OpenGroup open -> groups.open(agent.boot, open.group(), open.contacts());
      case HierarchyEffect.CloseGroup close -> groups.close(agent.boot, close.group());
      case HierarchyEffect.Send send -> send(agent, send);
      case HierarchyEffect.SetTimer set -> setTimer(agent, set);
      case HierarchyEffect.CancelTimer cancel -> agent.timers.remove(cancel.timer().toString());
      case HierarchyEffect.Advertise advertise -> advertise(agent, advertise.adverts());
      case HierarchyEffect.Told _ -> {}
    }
  }

  private void send(Agent from, HierarchyEffect.Send send) {
    messages++;
    if (random.nextDouble() < loss) {
      return;
    }
    events.after(
        millis(1, 5),
        () -> {
          if (connected(from.boot, send.to())) {
            agent(send.to()).ifPresent(to -> step(to, new Received(from.boot, send.message())));
          }
        });
  }

  private void setTimer(Agent agent, HierarchyEffect.SetTimer set) {
    String key = set.timer().toString();
    long sequence = ++timerSequence;
    agent.timers.put(key, sequence);
    events.after(
        set.delay(),
        () -> {
          if (agent.timers.remove(key, sequence)) {
            step(agent, new TimerFired(set.timer()));
          }
        });
  }

  private void advertise(Agent agent, List<GroupAdvert> adverts) {
    agent.adverts = adverts;
    agent.gossipVersion++;
    for (Agent other : agents.values()) {
      if (other != agent) {
        introduce(other, agent);
      }
    }
  }

  /** Gossip brings to {@code hearer} what {@code peer} says now. */
  private void introduce(Agent hearer, Agent peer) {
    List<GroupAdvert> adverts = peer.adverts;
    long version = peer.gossipVersion;
    events.after(
        millis(10, 100),
        () -> {
          String pair = hearer.boot + " of " + peer.boot;
          if (peer.alive
              && connected(hearer.boot, peer.boot)
              && gossipSeen.getOrDefault(pair, -1L) <= version) {
            gossipSeen.put(pair, version);
            step(hearer, new PeerChanged(new Peer(peer.boot, adverts)));
          }
        });
  }

  private void gone(Agent hearer, Agent peer) {
    if (!peer.alive || !connected(hearer.boot, peer.boot)) {
      step(hearer, new PeerGone(peer.boot.agent()));
    }
  }

  private Optional<Agent> agent(AgentBoot boot) {
    return Optional.ofNullable(agents.get(boot.agent()));
  }

  private Duration millis(int least, int most) {
    return Duration.ofNanos(random.nextLong(least * 1_000_000L, most * 1_000_000L));
  }

  List<AgentBoot> firstOf(int count) {
    return new ArrayList<>(living().subList(0, count));
  }
}
