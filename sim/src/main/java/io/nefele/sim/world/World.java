package io.nefele.sim.world;

import io.nefele.agent.core.AgentConfig;
import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentProfile;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Core;
import io.nefele.core.Endpoint;
import io.nefele.core.InvariantViolation;
import io.nefele.core.Name;
import io.nefele.core.SeededStreams;
import io.nefele.gossip.GossipConfig;
import io.nefele.hierarchy.HierarchyConfig;
import io.nefele.placement.Resources;
import io.nefele.sim.kernel.TraceHash;
import io.nefele.sim.kernel.VirtualTime;
import io.nefele.sim.plan.Disk;
import io.nefele.sim.plan.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A fabric in virtual time: starts lives, gives them their inputs and carries out their effects, in
 * the order and with the promises of the real runtime.
 */
public final class World {
  /** The service that all agents take part in. */
  public static final Name SERVICE = new Name("boot");

  /** What every server has. */
  public static final Resources CAPACITY = new Resources(4_000, 8L << 30);

  private static final long BUNDLE_BYTES_MAX = 1 << 20;

  /** With tombstones that go within a run. */
  private static final GossipConfig MEMBERSHIP =
      GossipConfig.defaults().withTombstoneRetention(Duration.ofSeconds(40));

  private static final int ROUND_TRIP_ALL_UP_TO = 1000;
  private static final long STEP_NANOS = 20_000;
  private static final int INSIDE_ONE_IN = 3;
  private static final int DISCOVERED = 3;
  private static final long DISCOVERY_NANOS = 5_000_000_000L;

  private final FaultPlan plan;
  private final CoreFactory factory;
  private final int[] planned;
  private final Watcher[] watchers;
  private final SeededStreams streams;
  private final TraceHash hash = new TraceHash();
  private final VirtualTime time;
  private final Topology topology;
  private final Network network;
  private final Groups groups;
  private final Effects effects;
  private final Clients clients;
  private final Outsiders outsiders;
  private final RandomGenerator identities;
  private final RandomGenerator discovery;
  private final TreeMap<Integer, Server> servers = new TreeMap<>();
  private final TreeMap<Integer, Server> homes = new TreeMap<>();

  /** Looked up, never iterated. */
  private final Map<Endpoint, Server> byEndpoint = new HashMap<>();

  /** Looked up, never iterated. */
  private final Map<AgentBoot, Life> byBoot = new HashMap<>();

  private final List<Life> lives = new ArrayList<>();
  private final Map<Life, Doom> doomed = new HashMap<>();
  private int nextPlace;
  private int paused;

  /** A crash that waits for the next effects of its victim. */
  private static final class Doom {
    final Disk disk;
    int effectsLeft;

    Doom(Disk disk, int effectsLeft) {
      this.disk = disk;
      this.effectsLeft = effectsLeft;
    }
  }

  public World(FaultPlan plan, CoreFactory factory, List<Watcher> watchers) {
    this.plan = plan;
    this.factory = factory;
    this.planned = plan.agents().stream().mapToInt(Integer::intValue).toArray();
    this.watchers = watchers.toArray(Watcher[]::new);
    this.streams = new SeededStreams(plan.seed());
    this.time = new VirtualTime(streams.stream("ties"));
    this.topology = new Topology(plan.datacenters());
    this.network = new Network(time, streams.stream("network"), topology, plan.links());
    this.groups = new Groups(time, network, this, this::lifeOf);
    this.clients = new Clients(this, time, streams, plan);
    this.outsiders = new Outsiders(this, time, streams.stream("outsiders"));
    this.effects =
        new Effects(
            this,
            network,
            groups,
            new Postman(hash, factory.codecs(), plan.agents().size() > ROUND_TRIP_ALL_UP_TO));
    this.identities = streams.stream("identities");
    this.discovery = streams.stream("discovery");
    this.nextPlace = plan.places();
    for (int place : plan.agents()) {
      homes.put(place, newServer(place));
    }
  }

  public VirtualTime time() {
    return time;
  }

  public TraceHash hash() {
    return hash;
  }

  public FaultPlan plan() {
    return plan;
  }

  public Clients clients() {
    return clients;
  }

  Outsiders outsiders() {
    return outsiders;
  }

  /** All lives there ever were, in the order of their beginnings. */
  public List<Life> lives() {
    return java.util.Collections.unmodifiableList(lives);
  }

  public Optional<Life> lifeOf(AgentBoot boot) {
    return Optional.ofNullable(byBoot.get(boot));
  }

  /** The life that now runs the agent of that number, if one does. */
  public Optional<Life> living(int agent) {
    return Optional.ofNullable(homes.get(agent))
        .flatMap(server -> server.life)
        .filter(Life::running);
  }

  /** The server where the agent of that number is at home now. */
  public Optional<Server> home(int agent) {
    return Optional.ofNullable(homes.get(agent));
  }

  /** All servers, the left ones too, by place. */
  public List<Server> servers() {
    return List.copyOf(servers.values());
  }

  /** Whether something is cut, held back, paused, slow, or worse than usual now. */
  public boolean disturbed() {
    return network.disturbed(plan.links()) || anyPaused() || anySlow();
  }

  /** How many datagrams were sent. */
  public long datagrams() {
    return network.datagrams();
  }

  /** The server that listens there. */
  Optional<Server> at(Endpoint endpoint) {
    return Optional.ofNullable(byEndpoint.get(endpoint));
  }

  /** All lives in the level-0 group of {@code life}, itself among them. */
  List<Life> groupOf(Life life) {
    return groups.homeOf(life);
  }

  /** All lives in that datacenter. */
  List<Life> datacenter(int number) {
    return servers.values().stream()
        .filter(server -> topology.datacenter(server.place) == number)
        .flatMap(server -> server.life.filter(Life::running).stream())
        .toList();
  }

  Network network() {
    return network;
  }

  boolean anyPaused() {
    return paused > 0;
  }

  private boolean anySlow() {
    return homes.values().stream()
        .anyMatch(server -> server.life.filter(l -> l.running && l.slowness > 1).isPresent());
  }

  // --- lives ---------------------------------------------------------------------------------

  /** Starts the agent at home, in a life of its own; does nothing if one runs. */
  void start(int agent) {
    Server server = homes.get(agent);
    if (server == null || server.life.filter(Life::running).isPresent()) {
      return;
    }
    begin(server);
  }

  private void begin(Server server) {
    if (server.identity.isEmpty()) {
      server.identity = Optional.of(AgentId.random(identities));
    }
    AgentBoot boot = new AgentBoot(server.identity.get(), ++server.epoch);
    AgentConfig config =
        new AgentConfig(
            boot,
            server.gossip,
            MEMBERSHIP,
            profileOf(server),
            List.of(new HierarchyConfig(SERVICE, plan.k())),
            BUNDLE_BYTES_MAX);
    Core<AgentInput, AgentEffect> core =
        factory.create(config, new SeededStreams(streams.stream("life " + boot).nextLong()));
    Clock clock = new Clock(time.nowNanos(), server.wallOffsetMillis, server.driftPartsPerMillion);
    Life life = new Life(lives.size(), server, boot, core, clock);
    lives.add(life);
    byBoot.put(boot, life);
    server.life = Optional.of(life);
    for (Watcher watcher : watchers) {
      watcher.began(life);
    }
    give(life, server.booted());
    discover(life);
  }

  /** Through each third agent nothing goes outside: it has others do it. */
  private static AgentProfile profileOf(Server server) {
    AgentProfile profile =
        new AgentProfile(
            new Name("agent-" + server.place),
            server.place,
            server.messages,
            AgentProfile.Isolation.NONE,
            CAPACITY,
            CAPACITY,
            List.of());
    return server.place % INSIDE_ONE_IN == 1 ? profile.withoutOutside() : profile;
  }

  /** Tells of a few places where agents are meant to be, and again from time to time. */
  private void discover(Life life) {
    if (!life.running) {
      return;
    }
    List<Endpoint> found = new ArrayList<>(DISCOVERED);
    found.add(endpointOf(planned[0]));
    for (int i = 1; i < DISCOVERED; i++) {
      found.add(endpointOf(planned[discovery.nextInt(planned.length)]));
    }
    give(life, new AgentInput.Discovered(found));
    time.after(DISCOVERY_NANOS, () -> discover(life));
  }

  private Endpoint endpointOf(int agent) {
    return java.util.Objects.requireNonNull(homes.get(agent)).gossip;
  }

  /** Dooms the life: it ends so many effects into its next step. */
  void doom(Life life, Disk disk, int afterEffects) {
    doomed.put(life, new Doom(disk, afterEffects));
  }

  void end(Life life, String how) {
    if (!life.running) {
      return;
    }
    if (life.paused) {
      paused--;
      life.paused = false;
    }
    life.running = false;
    life.timers.clear();
    life.waiting.clear();
    doomed.remove(life);
    effects.watchesBreak(life);
    groups.ended(life);
    clients.ended(life);
    hash.add(time.nowNanos() ^ life.serial);
    for (Watcher watcher : watchers) {
      watcher.ended(life, how);
    }
  }

  void pause(Life life) {
    if (!life.paused) {
      life.paused = true;
      paused++;
      groups.disturbed();
    }
  }

  void resume(Life life) {
    if (life.paused) {
      life.paused = false;
      paused--;
      work(life);
    }
  }

  void disturbedNetwork() {
    groups.disturbed();
  }

  /** The server is copied: a new life begins on the copy, the old one runs on. */
  void duplicate(int agent) {
    Server old = homes.get(agent);
    if (old == null || old.life.filter(Life::running).isEmpty()) {
      return;
    }
    Server copy = newServer(nextPlace++);
    copy.copy(old);
    homes.put(agent, copy);
    begin(copy);
  }

  private Server newServer(int place) {
    Server[] self = new Server[1];
    ProcessHost host =
        new ProcessHost(
            time,
            () -> Clock.wallMillis(time.nowNanos(), self[0].wallOffsetMillis),
            streams.stream("processes " + place),
            input -> self[0].life.filter(Life::running).ifPresent(life -> give(life, input)));
    Server server = new Server(place, host);
    self[0] = server;
    servers.put(place, server);
    byEndpoint.put(server.gossip, server);
    return server;
  }

  // --- steps ---------------------------------------------------------------------------------

  /** Hands an input to a life, now or when it gets round to it. */
  void give(Life life, AgentInput input) {
    if (!life.running) {
      return;
    }
    if (life.paused || life.slowness > 1 || life.working || !life.waiting.isEmpty()) {
      boolean droppable = input instanceof AgentInput.GossipArrived;
      if (!droppable || life.waiting.size() < Life.WAITING_MAX) {
        life.waiting.add(input);
      }
      work(life);
    } else {
      step(life, input);
    }
  }

  /** Takes the next waiting input after the time that the life needs for one. */
  private void work(Life life) {
    if (life.working || life.paused || life.waiting.isEmpty()) {
      return;
    }
    life.working = true;
    time.after(
        STEP_NANOS * life.slowness,
        () -> {
          life.working = false;
          if (life.running && !life.paused && !life.waiting.isEmpty()) {
            step(life, life.waiting.remove());
          }
          work(life);
        });
  }

  private void step(Life life, AgentInput sent) {
    AgentInput input = factory.arriving(life.boot, sent);
    long now = time.nowNanos();
    hash.add(now);
    hash.add(life.serial);
    for (Watcher watcher : watchers) {
      watcher.input(life, input);
    }
    List<AgentEffect> wanted = steppedBy(life, input, now);
    Doom doom = doomed.isEmpty() ? null : doomed.get(life);
    for (AgentEffect effect : wanted) {
      if (doom != null && doom.effectsLeft-- <= 0) {
        crashWithin(life, doom, effect);
        return;
      }
      for (Watcher watcher : watchers) {
        watcher.effect(life, effect);
      }
      effects.carryOut(life, effect);
      if (!life.running) {
        return;
      }
    }
  }

  private static List<AgentEffect> steppedBy(Life life, AgentInput input, long now) {
    try {
      return life.core.step(life.clock.read(now), input);
    } catch (InvariantViolation e) {
      throw new Violation("C1", life + " stopped itself: " + e.getMessage() + " at " + input);
    } catch (RuntimeException e) {
      StackTraceElement[] stack = e.getStackTrace();
      String where = stack.length > 0 ? stack[0].toString() : "?";
      throw new Violation("C1", life + " failed: " + e + " at " + where + " taking " + input);
    }
  }

  /** The crash hits the effect that is being carried out: a write may be torn. */
  private void crashWithin(Life life, Doom doom, AgentEffect effect) {
    boolean writing = effect instanceof AgentEffect.Persist;
    if (writing && doom.disk == Disk.KEPT) {
      effects.carryOut(life, effect);
    }
    end(life, "crashed before " + effect.getClass().getSimpleName());
    // What was written before is in the hands of the kernel and stays.
    life.server.crash(doom.disk == Disk.TORN ? Disk.KEPT : doom.disk, identities);
  }
}
