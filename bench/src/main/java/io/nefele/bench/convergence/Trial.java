package io.nefele.bench.convergence;

import io.nefele.bench.convergence.Finding.Phase;
import io.nefele.bench.fabric.PrivateNetwork;
import io.nefele.bench.fabric.ProcessFacts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Takes one system through all phases of membership. */
final class Trial {
  private static final int ONE_IN_KILLED = 10;
  private static final String NEWS = "this is new";

  private final Contestant contestant;
  private final Phases phases;
  private final int members;
  private final Duration rest;
  private final Consumer<Finding> found;

  /**
   * @param deadline of each phase
   * @param rest over which traffic is counted, after as long to settle
   */
  Trial(
      Contestant contestant,
      int members,
      Duration deadline,
      Duration rest,
      Consumer<Finding> found) {
    this.contestant = contestant;
    this.phases = new Phases(contestant, deadline, found);
    this.members = members;
    this.rest = rest;
    this.found = found;
  }

  /** Runs all phases; without those that come after a start or a first view that never came. */
  void run() throws Exception {
    SortedSet<Integer> doomed = doomed();
    try (Fleet fleet = contestant.fleet(members, doomed)) {
      long begin = System.nanoTime();
      if (!phases.start(begin, fleet::start) || !awaitAllSeeAll(fleet, begin)) {
        return;
      }
      countAtRest(fleet);
      if (contestant.announces()) {
        int teller = teller(doomed);
        long told = System.nanoTime();
        fleet.announce(teller, NEWS);
        phases.await(Phase.NEWS_HEARD, told, () -> shareOfHearers(fleet, teller));
      }
      long killed = System.nanoTime();
      fleet.kill();
      int survivors = members - doomed.size();
      phases.await(Phase.DEAD_REMOVED, killed, () -> shareOfRight(fleet, survivors));
    }
  }

  /** One in ten, spread evenly; never a seed. */
  private SortedSet<Integer> doomed() {
    SortedSet<Integer> doomed = new TreeSet<>();
    for (int i = 0; i < Math.max(1, members / ONE_IN_KILLED); i++) {
      doomed.add(Math.min(members - 1, ONE_IN_KILLED / 2 + i * ONE_IN_KILLED));
    }
    return doomed;
  }

  private int teller(SortedSet<Integer> doomed) {
    int middle = members / 2;
    return doomed.contains(middle) ? middle - 1 : middle;
  }

  /** Waits until all members see all; {@code begin} is when they were started. */
  boolean awaitAllSeeAll(Fleet fleet, long begin) throws Exception {
    return phases.await(Phase.ALL_SEE_ALL, begin, () -> shareOfPairs(fleet));
  }

  private void countAtRest(Fleet fleet) throws Exception {
    long pid = ProcessHandle.current().pid();
    TimeUnit.NANOSECONDS.sleep(rest.toNanos());
    long begin = System.nanoTime();
    long bytes = PrivateNetwork.loopbackBytes(pid);
    long cpuNanos = cpuNanos(fleet.processes());
    TimeUnit.NANOSECONDS.sleep(rest.toNanos());
    double seconds = (System.nanoTime() - begin) / 1e9;
    double bytesPerSecond = (PrivateNetwork.loopbackBytes(pid) - bytes) / seconds / members;
    double percent = (cpuNanos(fleet.processes()) - cpuNanos) / 1e7 / seconds / members;
    found.accept(new Finding(Phase.TRAFFIC, true, bytesPerSecond, 1));
    found.accept(new Finding(Phase.CPU, true, percent, 1));
  }

  private static long cpuNanos(List<Long> pids) throws IOException {
    long nanos = 0;
    for (long pid : pids) {
      nanos += ProcessFacts.read(pid).cpuNanos();
    }
    return nanos;
  }

  private double shareOfPairs(Fleet fleet) throws Exception {
    long pairs = 0;
    for (int known : fleet.known().values()) {
      pairs += Math.min(members, known);
    }
    return pairs / (double) ((long) members * members);
  }

  private double shareOfHearers(Fleet fleet, int teller) throws Exception {
    SortedSet<Integer> hearers = fleet.hearers(teller, NEWS);
    return (hearers.size() + (hearers.contains(teller) ? 0 : 1)) / (double) members;
  }

  private static double shareOfRight(Fleet fleet, int survivors) throws Exception {
    long right = fleet.known().values().stream().filter(known -> known == survivors).count();
    return right / (double) survivors;
  }
}
