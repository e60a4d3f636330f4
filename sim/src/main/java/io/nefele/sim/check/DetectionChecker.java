package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.core.AgentId;
import io.nefele.gossip.GossipMessage;
import io.nefele.gossip.Member;
import io.nefele.gossip.MemberEvent;
import io.nefele.gossip.MemberState;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Invariants M9 to M11: what may be taken for dead, how soon, and at what cost. */
public final class DetectionChecker implements Watcher {
  /** Half a probe period, less what a drifting clock makes of it. */
  private static final long LEAST_SUSPICION_NANOS = 495_000_000;

  private static final long PERIOD_NANOS = 1_000_000_000;

  /** One in turn and four out of turn in each period, of which any window may cut two. */
  private static final int PROBES_MAX = 10;

  private static final int WATCHES_MAX = 2;

  /** What one life did in the period of the simulation's time that runs. */
  private static final class Tally {
    final Map<AgentId, Long> suspectedAtNanos = new HashMap<>(); // looked up, never iterated
    long period;
    int probes;
    int watches;
  }

  private final Supplier<World> world;
  private final boolean gentle;
  private final Map<Life, Tally> tallies = new HashMap<>(); // looked up, never iterated

  public DetectionChecker(Supplier<World> world, FaultPlan plan) {
    this.world = world;
    this.gentle = plan.isGentle();
  }

  @Override
  public void began(Life life) {
    tallies.put(life, new Tally());
  }

  @Override
  public void ended(Life life, String how) {
    tallies.remove(life);
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    switch (effect) {
      case AgentEffect.MembershipChanged(MemberEvent event) -> changed(life, event);
      case AgentEffect.SendStream(var to, GossipMessage.Ping ping) -> count(life, 1, 0);
      case AgentEffect.Watch watch -> count(life, 0, 1);
      default -> {}
    }
  }

  private void changed(Life life, MemberEvent event) {
    Member member = event.member();
    Map<AgentId, Long> suspected = tallyOf(life).suspectedAtNanos;
    if (event instanceof MemberEvent.Removed && member.state() == MemberState.REMOVED) {
      removed(life, member, suspected.remove(member.agent()));
    } else if (member.state() == MemberState.SUSPECT) {
      suspected.putIfAbsent(member.agent(), nowNanos());
    } else {
      suspected.remove(member.agent());
    }
  }

  private void removed(Life life, Member member, @Nullable Long since) {
    if (since == null || nowNanos() - since < LEAST_SUSPICION_NANOS) {
      throw new Violation(
          "M10", life + " removed " + member.boot() + " before it had time to refute");
    }
    if (gentle && world.get().lifeOf(member.boot()).filter(Life::running).isPresent()) {
      throw new Violation("M9", life + " removed " + member.boot() + ", which lives");
    }
  }

  /** M11: whatever happens, and however many members there are. */
  private void count(Life life, int probes, int watches) {
    Tally tally = tallyOf(life);
    long period = nowNanos() / PERIOD_NANOS;
    if (tally.period != period) {
      tally.period = period;
      tally.probes = 0;
      tally.watches = 0;
    }
    tally.probes += probes;
    tally.watches += watches;
    if (tally.probes > PROBES_MAX || tally.watches > WATCHES_MAX) {
      throw new Violation(
          "M11",
          life
              + " began "
              + tally.probes
              + " probes over streams and "
              + tally.watches
              + " watches in a period");
    }
  }

  private Tally tallyOf(Life life) {
    return tallies.computeIfAbsent(life, l -> new Tally());
  }

  private long nowNanos() {
    return world.get().time().nowNanos();
  }
}
