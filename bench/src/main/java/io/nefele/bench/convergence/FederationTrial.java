package io.nefele.bench.convergence;

import io.nefele.bench.convergence.Finding.Phase;
import io.nefele.bench.fabric.ProcessFacts;
import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Takes one system, a process per member, through its start, the death of its leader, and a cut
 * through its network.
 */
final class FederationTrial {
  private final Contestant contestant;
  private final int members;
  private final Phases phases;
  private final Consumer<Finding> found;

  /**
   * @param deadline of each phase
   */
  FederationTrial(Contestant contestant, int members, Duration deadline, Consumer<Finding> found) {
    this.contestant = contestant;
    this.members = members;
    this.phases = new Phases(contestant, deadline, found);
    this.found = found;
  }

  /** Runs all phases, until one is not reached that the next ones stand on. */
  void run() throws Exception {
    SortedSet<Integer> living = Layout.numbers(members);
    try (Federation federation = contestant.federation(members)) {
      long begin = System.nanoTime();
      if (!phases.start(begin, federation::start)
          || !phases.await(Phase.ONE_TOP, begin, () -> share(federation.isWhole(living)))) {
        return;
      }
      sinceLastLaunch(federation);
      int leader = federation.leader();
      long killed = System.nanoTime();
      federation.kill(leader);
      living.remove(leader);
      if (!phases.await(Phase.LEADER_REPLACED, killed, () -> share(federation.isWhole(living)))) {
        return;
      }
      long parted = System.nanoTime();
      federation.part();
      SortedSet<Integer> even = side(living, 0);
      SortedSet<Integer> odd = side(living, 1);
      if (!phases.await(
          Phase.PARTED, parted, () -> share(federation.isWhole(even) && federation.isWhole(odd)))) {
        return;
      }
      federation.rejoin();
      phases.await(Phase.HEALED, System.nanoTime(), () -> share(federation.isWhole(living)));
    }
  }

  private static SortedSet<Integer> side(SortedSet<Integer> members, int side) {
    SortedSet<Integer> its = new TreeSet<>(members);
    its.removeIf(member -> member % 2 != side);
    return its;
  }

  /** All of them are one now: how long ago was the last of the processes launched? */
  private void sinceLastLaunch(Federation federation) throws Exception {
    long nanos = Long.MAX_VALUE;
    for (int member = 0; member < members; member++) {
      nanos = Math.min(nanos, ProcessFacts.ageNanos(federation.pid(member)));
    }
    found.accept(new Finding(Phase.LAST_IN, true, nanos / 1e6, 1));
  }

  private static double share(boolean whole) {
    return whole ? 1 : 0;
  }
}
