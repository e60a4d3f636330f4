package io.nefele.sim.world;

import io.nefele.agent.core.AgentInput;
import io.nefele.sim.plan.Disk;
import io.nefele.sim.plan.Fault;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.sim.plan.FaultPlan.Timed;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Does to a world what its plan says, and heals the core when the safety phase is over. */
public final class FaultInjector {
  private static final int HEALED_CUT = -1;
  private static final long START_SPREAD_NANOS = 20_000_000;

  private final World world;
  private final FaultPlan plan;
  private final List<Watcher> watchers;
  private final RandomGenerator random;
  private long disturbedAtNanos;
  private boolean healed;
  private SortedSet<Integer> outside = new TreeSet<>();

  public FaultInjector(
      World world, FaultPlan plan, List<Watcher> watchers, RandomGenerator random) {
    this.world = world;
    this.plan = plan;
    this.watchers = watchers;
    this.random = random;
  }

  /** Puts all of the plan into the future. */
  public void schedule() {
    SortedSet<Integer> atOnce = new TreeSet<>(plan.agents());
    for (Timed timed : plan.faults()) {
      if (timed.fault() instanceof Fault.Start start) {
        atOnce.remove(start.agent());
      }
      world.time().at(timed.atMicros() * 1000, () -> apply(timed.fault()));
    }
    for (int agent : atOnce) {
      world.time().at((long) (random.nextDouble() * START_SPREAD_NANOS), () -> world.start(agent));
    }
    world.time().at(plan.safety().toNanos(), this::healCore);
  }

  /** When something was last wrong; the present if something is. */
  public long disturbedAtNanos() {
    if (!healed && world.disturbed()) {
      disturbedAtNanos = world.time().nowNanos();
    }
    return disturbedAtNanos;
  }

  /** Whether the life is one of those that are left broken for ever. */
  public boolean isGivenUp(Life life) {
    return outside.contains(life.place());
  }

  private void apply(Fault fault) {
    if (healed) {
      return;
    }
    disturbedAtNanos = world.time().nowNanos();
    watchers.forEach(watcher -> watcher.fault(fault));
    switch (fault) {
      case Fault.Start f -> world.start(f.agent());
      case Fault.Crash f ->
          world.living(f.agent()).ifPresent(l -> world.doom(l, f.disk(), f.afterEffects()));
      case Fault.CrashServer f -> world.living(f.agent()).ifPresent(l -> crash(l, f.disk()));
      case Fault.CrashGroup f ->
          world
              .living(f.agent())
              .ifPresent(life -> world.groupOf(life).forEach(l -> crash(l, f.disk())));
      case Fault.CrashDatacenter f ->
          world.datacenter(f.datacenter()).forEach(l -> crash(l, f.disk()));
      case Fault.RestartAll f -> plan.agents().forEach(world::start);
      case Fault.Restart f -> world.start(f.agent());
      case Fault.Leave f ->
          world.living(f.agent()).ifPresent(l -> world.give(l, new AgentInput.LeaveRequested()));
      case Fault.Pause f -> world.living(f.agent()).ifPresent(world::pause);
      case Fault.Resume f -> world.living(f.agent()).ifPresent(world::resume);
      case Fault.Slow f ->
          world.living(f.agent()).ifPresent(l -> l.slowness = Math.max(1, f.factor()));
      case Fault.ClockJump f ->
          world.home(f.agent()).ifPresent(server -> server.wallOffsetMillis += f.millis());
      case Fault.ClockDrift f -> world.home(f.agent()).ifPresent(s -> drift(s, f));
      case Fault.Duplicate f -> world.duplicate(f.agent());
      case Fault.Cut f -> {
        world.network().cut(f.cut(), places(f.from()), places(f.to()));
        world.disturbedNetwork();
      }
      case Fault.Heal f -> world.network().heal(f.cut());
      case Fault.Clog f -> {
        place(f.agent()).ifPresent(world.network()::clog);
        world.disturbedNetwork();
      }
      case Fault.Unclog f -> place(f.agent()).ifPresent(world.network()::unclog);
      case Fault.Links f -> world.network().quality(f.quality());
      case Fault.KillProcess f ->
          world.home(f.agent()).ifPresent(server -> server.processes.kill(f.nth()));
    }
  }

  private void crash(Life life, Disk disk) {
    // The power is gone: there is no kernel left that would close connections.
    life.watchedBy.clear();
    world.end(life, "its server crashed, disk " + disk);
    life.server.processes.killAll();
    life.server.crash(disk, random);
  }

  private void drift(Server server, Fault.ClockDrift fault) {
    server.driftPartsPerMillion = fault.partsPerMillion();
    server.life.ifPresent(
        life -> life.clock.drift(world.time().nowNanos(), fault.partsPerMillion()));
  }

  /**
   * The core is made well; whatever else is wrong stays so for ever: the others are cut off, each
   * in the state that it is in.
   */
  private void healCore() {
    healed = true;
    disturbedAtNanos = world.time().nowNanos();
    Network network = world.network();
    network.healAll();
    network.quality(plan.links());
    for (int agent : plan.core()) {
      world.start(agent);
      world
          .living(agent)
          .ifPresent(
              life -> {
                life.slowness = 1;
                world.resume(life);
              });
    }
    SortedSet<Integer> inside = places(plan.core());
    outside = new TreeSet<>();
    world.servers().forEach(server -> outside.add(server.place));
    outside.removeAll(inside);
    if (!outside.isEmpty()) {
      network.cut(HEALED_CUT, outside, inside);
      network.cut(HEALED_CUT - 1, inside, outside);
      world.disturbedNetwork();
    }
  }

  private Optional<Integer> place(int agent) {
    return world.home(agent).map(server -> server.place);
  }

  private SortedSet<Integer> places(SortedSet<Integer> agents) {
    SortedSet<Integer> places = new TreeSet<>();
    agents.forEach(agent -> place(agent).ifPresent(places::add));
    return places;
  }
}
