package io.nefele.sim.world;

import io.nefele.agent.core.AgentConfig;
import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.contract.GroupBed;
import io.nefele.contract.GroupEvent;
import io.nefele.contract.Trace;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Core;
import io.nefele.core.Name;
import io.nefele.core.SeededStreams;
import io.nefele.hierarchy.GroupId;
import io.nefele.hierarchy.HierarchyMessage.Claim;
import io.nefele.hierarchy.HierarchyMessage.Granted;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.sim.plan.LinkQuality;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The group transport of the simulator, in virtual time. */
public final class SimulatedGroups implements GroupBed {
  private static final int AGENTS = 16;
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final GroupId ANY_GROUP =
      new GroupId(new Name("any"), 0, new AgentBoot(new AgentId(1), 1), 1);

  private final Trace trace = new Trace();
  private final List<AgentEffect> orders = new ArrayList<>();
  private final World world;
  private int started;
  private int cuts;

  /** Does what it is handed in {@link #orders}, and tells the trace what it hears. */
  private final class Puppet implements Core<AgentInput, AgentEffect> {
    private final AgentBoot self;

    Puppet(AgentConfig config) {
      this.self = config.self();
    }

    @Override
    public List<AgentEffect> step(Instant now, AgentInput input) {
      switch (input) {
        case AgentInput.ViewInstalled(var group, var members) ->
            trace.accept(new GroupEvent.Installed(self, group, members));
        case AgentInput.MessageArrived(
                var from,
                AgentMessage.OfHierarchy(Claim(var group, int number))) ->
            trace.accept(new GroupEvent.Delivered(self, group, from, number));
        case AgentInput.MessageArrived(
                var from,
                AgentMessage.OfHierarchy(Granted(var group, int number))) ->
            trace.accept(new GroupEvent.Received(self, from, number));
        default -> {}
      }
      List<AgentEffect> wanted = List.copyOf(orders);
      orders.clear();
      return wanted;
    }
  }

  public SimulatedGroups(long seed) {
    this.world = new World(plan(seed, LinkQuality.PERFECT), this::puppet, List.of());
  }

  /** Of agents that are started by hand, and of no faults. */
  static FaultPlan plan(long seed, LinkQuality links) {
    return new FaultPlan(
        seed,
        IntStream.range(0, AGENTS).boxed().collect(Collectors.toCollection(TreeSet::new)),
        3,
        1,
        Duration.ofHours(1),
        Duration.ZERO,
        0,
        0,
        links,
        new TreeSet<>(List.of(0)),
        List.of());
  }

  private Core<AgentInput, AgentEffect> puppet(AgentConfig config, SeededStreams random) {
    return new Puppet(config);
  }

  @Override
  public AgentBoot start() {
    int agent = started++;
    world.start(agent);
    return world.living(agent).orElseThrow().boot();
  }

  @Override
  public AgentBoot restart(AgentBoot crashed) {
    int agent = life(crashed).place();
    world.start(agent);
    return world.living(agent).orElseThrow().boot();
  }

  @Override
  public void open(AgentBoot agent, GroupId group, List<AgentBoot> contacts) {
    trace.accept(new GroupEvent.Opened(agent, group));
    order(agent, new AgentEffect.OpenGroup(group, contacts));
  }

  @Override
  public void close(AgentBoot agent, GroupId group) {
    order(agent, new AgentEffect.CloseGroup(group));
    trace.accept(new GroupEvent.Closed(agent, group));
  }

  @Override
  public void broadcast(AgentBoot agent, GroupId group, int number) {
    trace.accept(new GroupEvent.Broadcast(agent, group, number));
    Claim claim = new Claim(group, number);
    order(agent, new AgentEffect.Broadcast(group, new AgentMessage.OfHierarchy(claim)));
  }

  @Override
  public void send(AgentBoot from, AgentBoot to, int number) {
    trace.accept(new GroupEvent.Sent(from, to, number));
    Granted granted = new Granted(ANY_GROUP, number);
    order(from, new AgentEffect.Send(to, new AgentMessage.OfHierarchy(granted)));
  }

  @Override
  public void crash(AgentBoot agent) {
    trace.accept(new GroupEvent.Crashed(agent));
    world.end(life(agent), "killed");
  }

  @Override
  public void cut(List<AgentBoot> side, List<AgentBoot> other) {
    world.network().cut(++cuts, places(side), places(other));
    world.network().cut(++cuts, places(other), places(side));
    world.disturbedNetwork();
  }

  @Override
  public void heal() {
    world.network().healAll();
  }

  @Override
  public Trace trace() {
    return trace;
  }

  @Override
  public void await(String what, Trace.Condition condition) {
    long end = world.time().nowNanos() + PATIENCE_NANOS;
    while (!condition.holds(trace)) {
      if (!world.time().step(end)) {
        throw new AssertionError("never saw " + what + "; " + trace);
      }
    }
  }

  @Override
  public void close() {}

  private void order(AgentBoot agent, AgentEffect effect) {
    orders.add(effect);
    world.give(life(agent), new AgentInput.Discovered(List.of()));
  }

  private Life life(AgentBoot boot) {
    return world.lifeOf(boot).orElseThrow();
  }

  private SortedSet<Integer> places(Collection<AgentBoot> agents) {
    return agents.stream()
        .map(agent -> life(agent).place())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
