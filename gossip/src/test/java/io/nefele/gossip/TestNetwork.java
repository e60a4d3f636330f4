package io.nefele.gossip;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.core.InvariantViolation;
import io.nefele.core.MalformedMessage;
import io.nefele.core.SeededStreams;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Real cores over a network of virtual time with seeded delay and loss. Every message passes the
 * codec, so its size counts and is checked.
 */
final class TestNetwork {
  private static final Instant START = Instant.ofEpochSecond(1_000);
  private static final int STREAM_SETUP_DELAYS = 2;

  /** One agent's life on the network; everything to one that is killed is lost. */
  final class Agent {
    final int index;
    final Endpoint endpoint;
    final AgentBoot boot;
    final Gossip core;
    final List<MemberEvent> events = new ArrayList<>();
    final TreeMap<String, Long> timers = new TreeMap<>();
    final List<Runnable> whilePaused = new ArrayList<>();
    boolean alive = true;
    boolean paused;
    long sentBytes;

    Agent(int index, int epoch, Bytes metadata) {
      this(index, new AgentBoot(new AgentId(1000 + index), epoch), epoch, metadata);
    }

    Agent(int index, AgentBoot boot, int epoch, Bytes metadata) {
      this.index = index;
      this.endpoint = endpoint(index);
      this.boot = boot;
      this.core =
          new Gossip(
              config, boot, endpoint, metadata, streams.stream("agent " + index + "." + epoch));
    }

    void tell(GossipInput input) {
      if (paused) {
        whilePaused.add(() -> tell(input));
      } else if (alive) {
        core.step(now, input).forEach(effect -> execute(this, effect));
      }
    }

    List<MemberEvent> eventsAbout(Agent other) {
      return events.stream().filter(e -> e.member().agent().equals(other.boot.agent())).toList();
    }

    /** What this agent knows of {@code other}, who has to be a member. */
    Member row(Agent other) {
      return core.member(other.boot.agent()).orElseThrow();
    }

    void resume() {
      paused = false;
      List<Runnable> backlog = List.copyOf(whilePaused);
      whilePaused.clear();
      backlog.forEach(Runnable::run);
    }
  }

  record Watch(Agent holder, Agent watched, Instant until) {}

  private record Event(Instant at, long order, Runnable action) {}

  final GossipConfig config;
  final SeededStreams streams;
  final TreeMap<Integer, Agent> agents = new TreeMap<>();
  final RandomGenerator random;
  Instant now = START;
  double loss;
  IntBinaryOperator delayMicros = (from, to) -> 200;
  IntUnaryOperator sideOf = agent -> 0;
  boolean hostsOutliveAgents;

  /** Whether a firewall refuses streams and drops datagrams from the one agent to the other. */
  BiPredicate<Integer, Integer> refuses = (from, to) -> false;

  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingLong(Event::order));
  private final List<Watch> watches = new ArrayList<>();
  private final TreeMap<Endpoint, Agent> byEndpoint = new TreeMap<>();
  private long order;

  TestNetwork(long seed) {
    this(seed, GossipConfig.defaults());
  }

  TestNetwork(long seed, GossipConfig config) {
    this.config = config;
    this.streams = new SeededStreams(seed);
    this.random = streams.stream("network");
  }

  static Endpoint endpoint(int index) {
    return new Endpoint("10.0." + index / 250 + "." + index % 250, 7000);
  }

  Agent start(int index) {
    return start(index, 1, Bytes.utf8("agent " + index));
  }

  Agent start(int index, int epoch, Bytes metadata) {
    return start(index, new Agent(index, epoch, metadata));
  }

  /** Another server, started from a copy of the disk of {@code original}. */
  Agent startTwin(int index, Agent original) {
    Bytes metadata = Bytes.utf8("twin " + index);
    return start(index, new Agent(index, original.boot, original.boot.epoch(), metadata));
  }

  private Agent start(int index, Agent agent) {
    agents.put(index, agent);
    byEndpoint.put(agent.endpoint, agent);
    agent.tell(new GossipInput.Started());
    return agent;
  }

  Agent agent(int index) {
    return at(endpoint(index));
  }

  /** Starts {@code count} agents at about the same time, each told of the first. */
  void startWithOneSeed(int count) {
    for (int i = 0; i < count; i++) {
      int index = i;
      after(
          Duration.ofMillis(random.nextInt(20)),
          () -> start(index).tell(new GossipInput.Discovered(List.of(endpoint(0)))));
    }
    run(Duration.ofMillis(20));
  }

  /** As the kernel ends a process: its connections are closed, if the host is there to do that. */
  void kill(Agent victim) {
    victim.alive = false;
    if (hostsOutliveAgents) {
      List<Watch> broken = watchesOf(victim);
      watches.removeAll(broken);
      broken.forEach(watch -> tellBroken(watch.holder, victim));
    }
  }

  /** The watches that are held of {@code agent} now. */
  List<Watch> watchesOf(Agent agent) {
    return watches.stream().filter(w -> w.watched == agent && w.until.isAfter(now)).toList();
  }

  void tellBroken(Agent holder, Agent watched) {
    after(
        Duration.ofNanos(delayMicros.applyAsInt(watched.index, holder.index) * 1_000L),
        () -> holder.tell(new GossipInput.WatchBroken(watched.endpoint)));
  }

  List<Agent> living() {
    return agents.values().stream().filter(agent -> agent.alive).toList();
  }

  /** Whether every living agent sees just the living agents. */
  boolean allSeeAll() {
    return allSee(living(), living());
  }

  boolean allSee(List<Agent> observers, List<Agent> members) {
    List<AgentBoot> boots = members.stream().map(agent -> agent.boot).sorted().toList();
    return observers.stream()
        .allMatch(agent -> agent.core.members().stream().map(Member::boot).toList().equals(boots));
  }

  long sentBytes() {
    return agents.values().stream().mapToLong(agent -> agent.sentBytes).sum();
  }

  /** All that was told about members who are alive, of the given kind. */
  long wronglyTold(Class<? extends MemberEvent> kind) {
    List<AgentId> alive = living().stream().map(agent -> agent.boot.agent()).toList();
    return living().stream()
        .flatMap(agent -> agent.events.stream())
        .filter(event -> kind.isInstance(event) && alive.contains(event.member().agent()))
        .count();
  }

  void after(Duration delay, Runnable action) {
    queue.add(new Event(now.plus(delay), order++, action));
  }

  void run(Duration duration) {
    Instant end = now.plus(duration);
    while (!queue.isEmpty() && !queue.peek().at.isAfter(end)) {
      Event event = queue.remove();
      now = event.at;
      event.action.run();
    }
    now = end;
  }

  /** Runs until {@code condition} holds; the time that took, at most {@code limit}. */
  Duration runUntil(Duration limit, BooleanSupplier condition) {
    Instant begin = now;
    Instant end = now.plus(limit);
    while (now.isBefore(end)) {
      if (condition.getAsBoolean()) {
        return Duration.between(begin, now);
      }
      run(Duration.ofMillis(10));
    }
    throw new AssertionError("not within " + limit + ": " + views());
  }

  String views() {
    return living().stream()
        .map(agent -> agent.index + " sees " + agent.core.members().size())
        .limit(60)
        .collect(Collectors.joining(", "));
  }

  private void execute(Agent agent, GossipEffect effect) {
    switch (effect) {
      case GossipEffect.Send(Endpoint to, GossipMessage message) -> {
        Bytes bytes = GossipMessage.CODEC.toBytes(message);
        InvariantViolation.check(
            bytes.size() <= config.maxDatagramBytes(), () -> "datagram of " + bytes.size());
        agent.sentBytes += bytes.size() + 28;
        Agent receiver = byEndpoint.get(to);
        boolean refused = receiver != null && refuses.test(agent.index, receiver.index);
        if (random.nextDouble() >= loss && !refused) {
          deliver(agent, to, bytes, 1);
        }
      }
      case GossipEffect.SendStream(Endpoint to, GossipMessage message) -> {
        Bytes bytes = GossipMessage.CODEC.toBytes(message);
        agent.sentBytes += bytes.size() + 200;
        Agent receiver = byEndpoint.get(to);
        if (receiver != null && refuses.test(agent.index, receiver.index)) {
          after(Duration.ZERO, () -> agent.tell(new GossipInput.Refused(to)));
        } else if (receiver != null && connected(agent, receiver)) {
          if (receiver.alive) {
            deliver(agent, to, bytes, STREAM_SETUP_DELAYS);
          } else if (hostsOutliveAgents) {
            after(Duration.ZERO, () -> agent.tell(new GossipInput.Refused(to)));
          }
        }
      }
      case GossipEffect.Watch(Endpoint to, Duration lease) -> {
        Agent watched = byEndpoint.get(to);
        if (watched != null && watched.alive) {
          watches.add(new Watch(agent, watched, now.plus(lease)));
        } else if (watched != null && hostsOutliveAgents) {
          tellBroken(agent, watched);
        }
      }
      case GossipEffect.SetTimer(GossipTimer timer, Duration delay) -> {
        long armed = order++;
        agent.timers.put(timer.toString(), armed);
        after(
            delay,
            () -> {
              if (agent.timers.remove(timer.toString(), armed)) {
                agent.tell(new GossipInput.TimerFired(timer));
              }
            });
      }
      case GossipEffect.CancelTimer(GossipTimer timer) -> agent.timers.remove(timer.toString());
      case GossipEffect.MemberChanged(MemberEvent event) -> agent.events.add(event);
      case GossipEffect.Superseded superseded -> agent.alive = false;
    }
  }

  private void deliver(Agent from, Endpoint to, Bytes bytes, int delays) {
    Agent receiver = byEndpoint.get(to);
    if (receiver == null || !connected(from, receiver)) {
      return;
    }
    int micros = delayMicros.applyAsInt(from.index, receiver.index) * delays;
    after(
        Duration.ofNanos(micros * 1_000L + random.nextInt(50_000)),
        () -> at(to).tell(new GossipInput.Received(from.endpoint, decoded(bytes))));
  }

  private boolean connected(Agent a, Agent b) {
    return sideOf.applyAsInt(a.index) == sideOf.applyAsInt(b.index);
  }

  private Agent at(Endpoint endpoint) {
    return Objects.requireNonNull(byEndpoint.get(endpoint));
  }

  private static GossipMessage decoded(Bytes bytes) {
    try {
      return GossipMessage.CODEC.fromBytes(bytes);
    } catch (MalformedMessage e) {
      throw new AssertionError(e);
    }
  }
}
