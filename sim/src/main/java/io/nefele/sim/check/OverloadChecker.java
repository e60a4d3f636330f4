package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentTimer;
import io.nefele.gossip.GossipMessage;
import io.nefele.gossip.GossipTimer;
import io.nefele.hierarchy.HierarchyTimer;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Invariants M14, M15 and H14: an agent that has too much to do does less, so that it does not stay
 * so. How it does is told by how long it waits for answers, and by the answers that have come
 * since.
 */
public final class OverloadChecker implements Watcher {
  private static final long WINDOW_NANOS = 5_000_000_000L;

  /** By then it waits as long as it may between two rounds of news: a period. */
  private static final long POOR_SCORE = 4;

  private static final Duration ACK_TIMEOUT = Duration.ofMillis(400);

  /** Three a period, those that were due already, and those told of one's leaving. */
  private static final int RUMOURS_MAX = 30;

  /** Twice four out of turn, two in turn, and those that were under way. */
  private static final int PROBES_MAX = 15;

  private static final long JOIN_TIMEOUT_NANOS = 3_000_000_000L;
  private static final int MOST_DOUBLINGS = 3;

  /** What one life does, and how badly at least. */
  private static final class Tally {
    long scoreAtLeast;
    final Deque<Long> rumours = new ArrayDeque<>();
    final Deque<Long> probes = new ArrayDeque<>();

    /** When a level-0 group was opened last, and how many before it were given up in a row. */
    long openedAtNanos;

    int fruitless;
  }

  private final Supplier<World> world;
  private final Map<Life, Tally> tallies = new HashMap<>(); // looked up, never iterated

  public OverloadChecker(Supplier<World> world) {
    this.world = world;
  }

  @Override
  public void ended(Life life, String how) {
    tallies.remove(life);
  }

  @Override
  public void input(Life life, AgentInput input) {
    switch (input) {
      case AgentInput.GossipArrived(var from, GossipMessage.Ack ack) ->
          scoreIs(tallyOf(life), tallyOf(life).scoreAtLeast - 1);
      case AgentInput.TimerFired(
              AgentTimer.Hierarchy(var service, HierarchyTimer.ViewOverdue overdue))
          when overdue.level() == 0 && service.equals(World.SERVICE) ->
          givesUp(life, tallyOf(life));
      case AgentInput.ViewInstalled(var group, var members)
          when group.level() == 0 && group.service().equals(World.SERVICE) ->
          tallyOf(life).fruitless = 0;
      default -> {}
    }
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    Tally tally = tallyOf(life);
    switch (effect) {
      case AgentEffect.SetTimer(AgentTimer.Gossip(GossipTimer.AckOverdue due), var delay) ->
          scoreIs(tally, delay.toMillis() / ACK_TIMEOUT.toMillis() - 1);
      case AgentEffect.SendDatagram(var to, GossipMessage.Rumours rumours) ->
          count("M14", "datagrams of news", life, tally, tally.rumours, RUMOURS_MAX);
      case AgentEffect.SendStream(var to, GossipMessage.Ping ping) ->
          count("M15", "probes over streams", life, tally, tally.probes, PROBES_MAX);
      case AgentEffect.OpenGroup(var group, var contacts)
          when group.level() == 0 && group.service().equals(World.SERVICE) ->
          tally.openedAtNanos = nowNanos();
      default -> {}
    }
  }

  private static void scoreIs(Tally tally, long score) {
    tally.scoreAtLeast = score;
    if (score < POOR_SCORE) {
      tally.rumours.clear();
      tally.probes.clear();
    }
  }

  private void count(
      String invariant, String what, Life life, Tally tally, Deque<Long> sent, int most) {
    if (tally.scoreAtLeast < POOR_SCORE) {
      return;
    }
    long now = nowNanos();
    sent.add(now);
    while (now - sent.getFirst() > WINDOW_NANOS) {
      sent.removeFirst();
    }
    if (sent.size() > most) {
      throw new Violation(
          invariant,
          life + " has too much to do and sent " + sent.size() + " " + what + " within 5 s");
    }
  }

  private void givesUp(Life life, Tally tally) {
    long waited = nowNanos() - tally.openedAtNanos;
    long due = JOIN_TIMEOUT_NANOS << Math.min(tally.fruitless, MOST_DOUBLINGS);
    // A clock may run a thousandth too fast.
    if (waited < due / 100 * 99) {
      throw new Violation(
          "H14",
          life
              + " gives a group up after "
              + waited / 1_000_000
              + " ms without a view, and "
              + tally.fruitless
              + " before it in a row");
    }
    tally.fruitless++;
  }

  private Tally tallyOf(Life life) {
    return tallies.computeIfAbsent(life, l -> new Tally());
  }

  private long nowNanos() {
    return world.get().time().nowNanos();
  }
}
