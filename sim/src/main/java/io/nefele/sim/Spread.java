package io.nefele.sim;

import io.nefele.agent.core.AgentEffect;
import io.nefele.core.AgentBoot;
import io.nefele.core.Bytes;
import io.nefele.core.SeededStreams;
import io.nefele.gossip.MemberEvent;
import io.nefele.sim.check.DetectionChecker;
import io.nefele.sim.check.MembershipChecker;
import io.nefele.sim.check.Sometimes;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.sim.plan.FaultProfile;
import io.nefele.sim.world.CoreFactory;
import io.nefele.sim.world.FaultInjector;
import io.nefele.sim.world.GossipAlone;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * Measures how membership spreads, by gossip alone: how long until all see all, until the last has
 * heard news, what agents send at rest; then, under {@link FaultProfile#GENTLE} faults, how many
 * members that live were removed.
 */
final class Spread {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration REST = Duration.ofSeconds(30);
  private static final long LOOK_NANOS = 10_000_000;
  private static final Bytes NEWS = Bytes.utf8("news");

  /**
   * What was found.
   *
   * @param datagrams that an agent sends in a second at rest
   * @param falseRemovals of members that lived, under gentle faults
   */
  record Found(
      int agents, Duration allSeeAll, Duration newsHeard, double datagrams, long falseRemovals) {}

  private static final class Hearers implements Watcher {
    private int count;

    @Override
    public void effect(Life life, AgentEffect effect) {
      if (effect instanceof AgentEffect.MembershipChanged(MemberEvent.MetadataUpdated(var member))
          && member.metadata().equals(NEWS)) {
        count++;
      }
    }
  }

  private final long seed;
  private final int agents;
  private final Duration gentle;

  /**
   * @param gentle how long faults may happen in the second part; none for none
   */
  Spread(long seed, int agents, Duration gentle) {
    this.seed = seed;
    this.agents = agents;
    this.gentle = gentle;
  }

  Found measure() {
    Map<AgentBoot, GossipAlone> cores = new HashMap<>(); // looked up, never iterated
    CoreFactory factory =
        (config, random) -> {
          GossipAlone core = new GossipAlone(config, random);
          cores.put(config.self(), core);
          return core;
        };
    Hearers hearers = new Hearers();
    FaultPlan plan = FaultProfile.NONE.plan(seed, agents, 8, Duration.ofHours(1));
    Running running = new Running(plan.withWorkload(0, 0), factory, List.of(hearers));
    Duration allSeeAll = running.until(() -> running.allSeeAll(agents));
    running.run(REST);
    long before = running.world.datagrams();
    running.run(REST);
    double datagrams = (running.world.datagrams() - before) / (double) agents / REST.toSeconds();
    AgentBoot teller = running.lives().get(agents / 2).boot();
    Objects.requireNonNull(cores.get(teller)).announce(NEWS);
    Duration newsHeard = running.until(() -> hearers.count >= agents - 1);
    return new Found(agents, allSeeAll, newsHeard, datagrams, falseRemovals());
  }

  private long falseRemovals() {
    if (gentle.isZero()) {
      return 0;
    }
    FaultPlan plan = FaultProfile.GENTLE.plan(seed, agents, 8, gentle).withWorkload(0, 0);
    Running running = new Running(plan, GossipAlone::new, List.of());
    try {
      running.run(gentle);
    } catch (Violation e) {
      if (!e.invariant().equals("M9")) {
        throw e;
      }
      // That is what is being counted; the run ends with the first.
    }
    return running.sometimes.counts().getOrDefault(Sometimes.Thing.FALSE_REMOVAL, 0L);
  }

  /** A world under way, with the membership's invariants. */
  private static final class Running {
    final Sometimes sometimes = new Sometimes();
    final World world;
    private final MembershipChecker membership;

    Running(FaultPlan plan, CoreFactory factory, List<Watcher> more) {
      FaultInjector[] faults = new FaultInjector[1];
      World[] made = new World[1];
      membership =
          new MembershipChecker(
              () -> made[0], () -> faults[0].disturbedAtNanos(), life -> false, sometimes);
      List<Watcher> watchers = new ArrayList<>(more);
      watchers.add(membership);
      watchers.add(new DetectionChecker(() -> made[0], plan));
      world = new World(plan, factory, watchers);
      made[0] = world;
      faults[0] =
          new FaultInjector(world, plan, watchers, new SeededStreams(plan.seed()).stream("starts"));
      faults[0].schedule();
    }

    List<Life> lives() {
      return world.lives();
    }

    boolean allSeeAll(int agents) {
      return lives().size() == agents && membership.allSeeAll(lives());
    }

    void run(Duration duration) {
      runTo(world.time().nowNanos() + duration.toNanos());
    }

    /** How long it took, looking every 10 ms; no longer than the patience. */
    Duration until(BooleanSupplier reached) {
      long begin = world.time().nowNanos();
      while (!reached.getAsBoolean() && world.time().nowNanos() < begin + PATIENCE.toNanos()) {
        runTo(world.time().nowNanos() + LOOK_NANOS);
      }
      return Duration.ofNanos(world.time().nowNanos() - begin);
    }

    private void runTo(long nanos) {
      while (world.time().step(nanos)) {
        // The watchers see every event.
      }
    }
  }
}
