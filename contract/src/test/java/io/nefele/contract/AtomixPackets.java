package io.nefele.contract;

import io.nefele.agent.core.AgentConfig;
import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentProfile;
import io.nefele.agent.core.AgentTimer;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Core;
import io.nefele.core.Endpoint;
import io.nefele.core.Name;
import io.nefele.core.SeededStreams;
import io.nefele.gossip.GossipMessage;
import io.nefele.gossip.atomix.AtomixTransport;
import io.nefele.gossip.atomix.AtomixTransportConfig;
import io.nefele.gossip.atomix.PortInUse;
import io.nefele.gossip.atomix.TransportListener;
import io.nefele.hierarchy.HierarchyConfig;
import io.nefele.placement.Resources;
import io.nefele.sim.world.GossipAlone;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Agents over Atomix on loopback, with a {@link Relay} in front of each. */
final class AtomixPackets implements PacketBed {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<PacketEvent> events = new ArrayList<>();
  private final List<RuntimeException> failures = new ArrayList<>();
  private final Map<Endpoint, Agent> agents = new LinkedHashMap<>();
  private final SeededStreams streams;
  private final int loss;
  private final int duplication;

  /**
   * @param loss how many datagrams of a thousand get lost
   * @param duplication how many of a thousand come twice
   */
  AtomixPackets(long seed, int loss, int duplication) {
    this.streams = new SeededStreams(seed);
    this.loss = loss;
    this.duplication = duplication;
  }

  private static final List<CompletableFuture<Void>> STOPPING = new CopyOnWriteArrayList<>();
  private static final Duration WATCH_LEASE = Duration.ofMinutes(5);

  private final class Agent implements TransportListener {
    private final Endpoint endpoint = freeEndpoint();
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private final Map<AgentTimer, ScheduledFuture<?>> timers = new HashMap<>();
    private final List<AgentEffect> orders = new ArrayList<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final Core<AgentInput, AgentEffect> core;
    private final Relay relay;
    private final AtomixTransport transport;

    Agent(boolean swim) throws PortInUse, IOException {
      AgentBoot boot = new AgentBoot(new AgentId(agents.size() + 1L), 1);
      core =
          swim
              ? PacketCore.swim(
                  endpoint,
                  new GossipAlone(config(boot, endpoint), new SeededStreams(boot.agent().value())),
                  AtomixPackets.this::tell)
              : PacketCore.puppet(endpoint, orders, AtomixPackets.this::tell);
      relay = new Relay(endpoint, streams.stream("to " + boot), loss, duplication);
      List<Endpoint> seeds = agents.keySet().stream().limit(1).toList();
      // No input is taken before the transport is there to answer it.
      CompletableFuture<Void> open = new CompletableFuture<>();
      loop.execute(open::join);
      loop.execute(() -> step(AgentInput.firstBoot()));
      transport =
          AtomixTransport.start(
              new AtomixTransportConfig("contract", boot, endpoint, seeds, Optional.empty()), this);
      open.complete(null);
    }

    @Override
    public void received(Endpoint from, GossipMessage message) {
      take(new AgentInput.GossipArrived(from, message));
    }

    @Override
    public void discovered(List<Endpoint> endpoints) {
      take(new AgentInput.Discovered(endpoints));
    }

    @Override
    public void refused(Endpoint to) {
      take(new AgentInput.StreamRefused(to));
    }

    @Override
    public void watchBroken(Endpoint to) {
      take(new AgentInput.WatchBroken(to));
    }

    void order(AgentEffect effect) {
      loop.execute(
          () -> {
            orders.add(effect);
            step(new AgentInput.Discovered(List.of()));
          });
    }

    private void take(AgentInput input) {
      if (!loop.isShutdown()) {
        loop.execute(() -> step(input));
      }
    }

    private void step(AgentInput input) {
      try {
        core.step(Instant.ofEpochSecond(0, System.nanoTime()), input).forEach(this::carryOut);
      } catch (RuntimeException e) {
        failed(e);
      }
    }

    private void carryOut(AgentEffect effect) {
      switch (effect) {
        case AgentEffect.SendDatagram(var to, var message) -> transport.send(way(to), message);
        case AgentEffect.SendStream(var to, var message) -> transport.sendStream(to, message);
        case AgentEffect.Watch(var to, var lease) -> transport.watch(to, lease);
        case AgentEffect.SetTimer(var timer, var delay) -> {
          cancel(timer);
          timers.put(
              timer,
              loop.schedule(
                  () -> step(new AgentInput.TimerFired(timer)),
                  delay.toNanos(),
                  TimeUnit.NANOSECONDS));
        }
        case AgentEffect.CancelTimer(var timer) -> cancel(timer);
        case AgentEffect.MembershipChanged(var event) -> transport.apply(event);
        default -> throw new IllegalStateException("gossip alone wants no " + effect);
      }
    }

    private void cancel(AgentTimer timer) {
      ScheduledFuture<?> pending = timers.remove(timer);
      if (pending != null) {
        pending.cancel(false);
      }
    }

    CompletableFuture<Void> stop() {
      if (!loop.isShutdown()) {
        loop.shutdownNow();
        relay.close();
        transport.stop().whenComplete((nothing, failure) -> stopped.complete(null));
      }
      return stopped;
    }
  }

  @Override
  public Endpoint startPuppet() {
    return start(false);
  }

  @Override
  public Endpoint startSwim() {
    return start(true);
  }

  private Endpoint start(boolean swim) {
    try {
      Agent agent = new Agent(swim);
      synchronized (this) {
        agents.put(agent.endpoint, agent);
      }
      return agent.endpoint;
    } catch (PortInUse | IOException e) {
      throw new IllegalStateException("cannot start an agent", e);
    }
  }

  @Override
  public void datagram(Endpoint from, Endpoint to, GossipMessage message) {
    agent(from).order(new AgentEffect.SendDatagram(to, message));
  }

  @Override
  public void stream(Endpoint from, Endpoint to, GossipMessage message) {
    agent(from).order(new AgentEffect.SendStream(to, message));
  }

  @Override
  public void watch(Endpoint from, Endpoint to) {
    agent(from).order(new AgentEffect.Watch(to, WATCH_LEASE));
  }

  @Override
  public void crash(Endpoint agent) {
    agent(agent).stop().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** How many messages the agent dropped because they were none. */
  long malformedMessages(Endpoint agent) {
    return agent(agent).transport.malformedMessages();
  }

  @Override
  public synchronized List<PacketEvent> events() {
    return List.copyOf(events);
  }

  @Override
  public synchronized void await(String what, Predicate<List<PacketEvent>> condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (!condition.test(events)) {
        if (!failures.isEmpty()) {
          throw new AssertionError("an agent failed", failures.getFirst());
        }
        long left = end - System.nanoTime();
        if (left <= 0) {
          throw new AssertionError(
              "never saw "
                  + what
                  + "; the last of "
                  + events.size()
                  + " events: "
                  + events.getLast());
        }
        wait(left / 1_000_000 + 1);
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for " + what, e);
    }
  }

  /** Begins to stop all; an Atomix cluster takes seconds to, which nobody need wait for here. */
  @Override
  public void close() {
    agents.values().stream().map(Agent::stop).forEach(STOPPING::add);
  }

  /** Waits for the agents of all beds that were closed. */
  static void awaitStopped() {
    CompletableFuture.allOf(STOPPING.toArray(CompletableFuture[]::new))
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .join();
    STOPPING.clear();
  }

  private synchronized void failed(RuntimeException failure) {
    failures.add(failure);
    notifyAll();
  }

  private synchronized void tell(PacketEvent event) {
    events.add(event);
    notifyAll();
  }

  private synchronized Endpoint way(Endpoint to) {
    Agent agent = agents.get(to);
    return agent == null ? to : agent.relay.endpoint();
  }

  private synchronized Agent agent(Endpoint endpoint) {
    Agent agent = agents.get(endpoint);
    if (agent == null) {
      throw new IllegalArgumentException("no agent at " + endpoint);
    }
    return agent;
  }

  private static AgentConfig config(AgentBoot boot, Endpoint endpoint) {
    Resources capacity = new Resources(1_000, 1L << 30);
    Name name = new Name("agent-" + boot.agent().value());
    return new AgentConfig(
        boot,
        endpoint,
        new AgentProfile(
            name, 0, endpoint, AgentProfile.Isolation.NONE, capacity, capacity, List.of()),
        List.of(new HierarchyConfig(new Name("boot"), 3)));
  }

  private static Endpoint freeEndpoint() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new Endpoint("127.0.0.1", socket.getLocalPort());
    } catch (IOException e) {
      throw new IllegalStateException("no free port", e);
    }
  }
}
