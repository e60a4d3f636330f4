package io.nefele.sim.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that a run is made of besides the code: replayed, it takes the same course.
 *
 * @param seed of the network, the workload and the agents
 * @param agents the numbers of the agents that there are
 * @param k least size of a group
 * @param datacenters over how many of them the agents are spread
 * @param safety how long faults may happen
 * @param liveness how long the healed core may take to come to rest after that
 * @param spawnsPerMinute how many spawns clients ask for
 * @param messagesPerMinute how many messages clients send
 * @param links what links are like at the beginning
 * @param core the agents that are healed after the safety phase; all other faults stay
 * @param faults in the order of their times
 */
public record FaultPlan(
    long seed,
    SortedSet<Integer> agents,
    int k,
    int datacenters,
    Duration safety,
    Duration liveness,
    int spawnsPerMinute,
    int messagesPerMinute,
    LinkQuality links,
    SortedSet<Integer> core,
    List<Timed> faults) {

  /** Thousandths of the datagrams. */
  static final int GENTLE_LOSS = 50;

  static final long GENTLE_PAUSE_MICROS = 5_000_000;
  static final int GENTLE_PAUSED_ONE_IN = 10;

  /** A fault and its time since the beginning. */
  public record Timed(long atMicros, Fault fault) {}

  public FaultPlan {
    agents = new TreeSet<>(agents);
    core = new TreeSet<>(core);
    List<Timed> ordered = new ArrayList<>(faults);
    ordered.sort(Comparator.comparingLong(Timed::atMicros)); // stable
    faults = List.copyOf(ordered);
    require(!agents.isEmpty(), "a plan has at least 1 agent");
    require(agents.first() >= 0, "agents are numbered from 0");
    require(agents.containsAll(core), "the core is part of the agents");
    require(!core.isEmpty(), "the core has at least 1 agent");
    require(datacenters >= 1, "there is at least 1 datacenter");
    require(!safety.isNegative() && !liveness.isNegative(), "phases are not negative");
    require(spawnsPerMinute >= 0 && messagesPerMinute >= 0, "rates are not negative");
  }

  /**
   * Whether nothing goes wrong for which a member may be removed: at most 5 % of the datagrams get
   * lost, and one agent in ten at a time is paused, for 5 s at most.
   */
  public boolean isGentle() {
    int most = Math.max(1, agents.size() / GENTLE_PAUSED_ONE_IN);
    TreeMap<Integer, Long> paused = new TreeMap<>();
    for (Timed timed : faults) {
      switch (timed.fault()) {
        case Fault.Pause(int agent) -> paused.putIfAbsent(agent, timed.atMicros());
        case Fault.Resume(int agent) -> {
          Long since = paused.remove(agent);
          if (since != null && timed.atMicros() - since > GENTLE_PAUSE_MICROS) {
            return false;
          }
        }
        case Fault.Start start -> {}
        case Fault.Links(LinkQuality quality) when quality.loss() <= GENTLE_LOSS -> {}
        default -> {
          return false;
        }
      }
      if (paused.size() > most) {
        return false;
      }
    }
    return paused.isEmpty() && links.loss() <= GENTLE_LOSS && core.equals(agents);
  }

  /**
   * Whether agents that run hear each other in time, and keep their disks: nothing is cut, held
   * back, slowed down or paused.
   */
  public boolean isConnected() {
    return links.loss() <= GENTLE_LOSS
        && faults.stream()
            .allMatch(
                timed ->
                    switch (timed.fault()) {
                      case Fault.Start start -> true;
                      case Fault.Restart restart -> true;
                      case Fault.Leave leave -> true;
                      case Fault.KillProcess kill -> true;
                      case Fault.Crash crash -> crash.disk() == Disk.KEPT;
                      case Fault.CrashServer crash -> crash.disk() == Disk.KEPT;
                      default -> false;
                    });
  }

  /** The places that agents can be at: one more than the highest number. */
  public int places() {
    return agents.last() + 1;
  }

  public FaultPlan withFaults(List<Timed> kept) {
    return new FaultPlan(
        seed,
        agents,
        k,
        datacenters,
        safety,
        liveness,
        spawnsPerMinute,
        messagesPerMinute,
        links,
        core,
        kept);
  }

  /** Without {@code gone} and all that is done to them; empty sides take their cut with them. */
  public FaultPlan withoutAgents(SortedSet<Integer> gone) {
    SortedSet<Integer> left = without(agents, gone);
    SortedSet<Integer> coreLeft = without(core, gone);
    List<Timed> kept = new ArrayList<>();
    for (Timed timed : faults) {
      if (timed.fault() instanceof Fault.Cut cut) {
        Fault.Cut smaller =
            new Fault.Cut(cut.cut(), without(cut.from(), gone), without(cut.to(), gone));
        if (!smaller.from().isEmpty() && !smaller.to().isEmpty()) {
          kept.add(new Timed(timed.atMicros(), smaller));
        }
      } else if (timed.fault().agents().stream().noneMatch(gone::contains)) {
        kept.add(timed);
      }
    }
    return new FaultPlan(
        seed,
        left,
        k,
        datacenters,
        safety,
        liveness,
        spawnsPerMinute,
        messagesPerMinute,
        links,
        coreLeft,
        kept);
  }

  public FaultPlan withSafety(Duration shorter) {
    List<Timed> kept =
        faults.stream().filter(timed -> timed.atMicros() <= shorter.toNanos() / 1000).toList();
    return new FaultPlan(
        seed,
        agents,
        k,
        datacenters,
        shorter,
        liveness,
        spawnsPerMinute,
        messagesPerMinute,
        links,
        core,
        kept);
  }

  public FaultPlan withWorkload(int spawns, int messages) {
    return new FaultPlan(
        seed, agents, k, datacenters, safety, liveness, spawns, messages, links, core, faults);
  }

  private static SortedSet<Integer> without(SortedSet<Integer> all, SortedSet<Integer> gone) {
    SortedSet<Integer> left = new TreeSet<>(all);
    left.removeAll(gone);
    return left;
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
