package io.nefele.sim.world;

import io.nefele.agent.core.AgentConfig;
import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.contract.PacketBed;
import io.nefele.contract.PacketCore;
import io.nefele.contract.PacketEvent;
import io.nefele.core.Core;
import io.nefele.core.Endpoint;
import io.nefele.core.SeededStreams;
import io.nefele.gossip.GossipMessage;
import io.nefele.sim.plan.LinkQuality;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The network of the simulator, in virtual time. */
public final class SimulatedPackets implements PacketBed {
  private static final long PATIENCE_NANOS = 120_000_000_000L;

  private final List<PacketEvent> events = new ArrayList<>();
  private final List<AgentEffect> orders = new ArrayList<>();
  private final World world;
  private boolean swim;
  private int started;

  /**
   * @param loss how many datagrams of a thousand get lost
   * @param duplication how many of a thousand come twice
   */
  public SimulatedPackets(long seed, int loss, int duplication) {
    this.world =
        new World(
            SimulatedGroups.plan(seed, new LinkQuality(loss, duplication, 0, 0)),
            this::core,
            List.of());
  }

  private Core<AgentInput, AgentEffect> core(AgentConfig config, SeededStreams random) {
    return swim
        ? PacketCore.swim(config.gossip(), new GossipAlone(config, random), events::add)
        : PacketCore.puppet(config.gossip(), orders, events::add);
  }

  @Override
  public Endpoint startPuppet() {
    swim = false;
    return start();
  }

  @Override
  public Endpoint startSwim() {
    swim = true;
    return start();
  }

  private Endpoint start() {
    int agent = started++;
    world.start(agent);
    return world.living(agent).orElseThrow().gossipEndpoint();
  }

  @Override
  public void datagram(Endpoint from, Endpoint to, GossipMessage message) {
    carryOut(from, new AgentEffect.SendDatagram(to, message));
  }

  @Override
  public void stream(Endpoint from, Endpoint to, GossipMessage message) {
    carryOut(from, new AgentEffect.SendStream(to, message));
  }

  @Override
  public void watch(Endpoint from, Endpoint to) {
    carryOut(from, new AgentEffect.Watch(to, Duration.ofMinutes(5)));
  }

  @Override
  public void crash(Endpoint agent) {
    world.end(life(agent), "killed");
  }

  @Override
  public List<PacketEvent> events() {
    return List.copyOf(events);
  }

  @Override
  public void await(String what, Predicate<List<PacketEvent>> condition) {
    long end = world.time().nowNanos() + PATIENCE_NANOS;
    int seen = -1;
    while (seen == events.size() || !condition.test(events)) {
      seen = events.size();
      if (!world.time().step(end)) {
        throw new AssertionError(
            "never saw " + what + "; the last of " + seen + " events: " + events.getLast());
      }
    }
  }

  @Override
  public void close() {}

  /** A puppet wants what it is handed at its next input. */
  private void carryOut(Endpoint agent, AgentEffect effect) {
    orders.add(effect);
    world.give(life(agent), new AgentInput.Discovered(List.of()));
  }

  private Life life(Endpoint agent) {
    return world.at(agent).flatMap(Server::life).orElseThrow();
  }
}
