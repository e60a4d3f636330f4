package io.nefele.bench.convergence;

import io.nefele.bench.convergence.Finding.Phase;
import io.nefele.bench.fabric.ProcessFacts;
import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Takes one system, a process per member, through its start, the death of its leader, and a cut
 * through its network. What members know is polled, alike for all systems.
 */
final class FederationTrial {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Contestant contestant;
  private final int members;
  private final Duration deadline;
  private final Consumer<Finding> found;

  /**
   * @param deadline of each phase
   */
  FederationTrial(Contestant contestant, int members, Duration deadline, Consumer<Finding> found) {
    this.contestant = contestant;
    this.members = members;
    this.deadline = deadline;
    this.found = found;
  }

  /** Runs all phases, until one is not reached that the next ones stand on. */
  void run() throws Exception {
    SortedSet<Integer> living = Layout.numbers(members);
    try (Federation federation = contestant.federation(members)) {
      long begin = System.nanoTime();
      if (!start(federation, begin)
          || !await(Phase.ONE_TOP, begin, () -> federation.isWhole(living))) {
        return;
      }
      sinceLastLaunch(federation);
      int leader = federation.leader();
      long killed = System.nanoTime();
      federation.kill(leader);
      living.remove(leader);
      if (!await(Phase.LEADER_REPLACED, killed, () -> federation.isWhole(living))) {
        return;
      }
      long parted = System.nanoTime();
      federation.part();
      SortedSet<Integer> even = side(living, 0);
      SortedSet<Integer> odd = side(living, 1);
      if (!await(Phase.PARTED, parted, () -> federation.isWhole(even) && federation.isWhole(odd))) {
        return;
      }
      federation.rejoin();
      await(Phase.HEALED, System.nanoTime(), () -> federation.isWhole(living));
    }
  }

  private static SortedSet<Integer> side(SortedSet<Integer> members, int side) {
    SortedSet<Integer> its = new TreeSet<>(members);
    its.removeIf(member -> member % 2 != side);
    return its;
  }

  private boolean start(Federation federation, long begin) throws InterruptedException {
    boolean reached = true;
    ExecutorService starter =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    Future<?> starting =
        starter.submit(
            () -> {
              federation.start();
              return members;
            });
    try {
      starting.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      reached = false;
    } catch (ExecutionException e) {
      System.err.println(contestant.title() + " did not start: " + e.getCause());
      reached = false;
    } finally {
      starter.shutdownNow();
    }
    found.accept(new Finding(Phase.STARTED, reached, millisSince(begin), reached ? 1 : 0));
    return reached;
  }

  /** All of them are one now: how long ago was the last of the processes launched? */
  private void sinceLastLaunch(Federation federation) throws Exception {
    long nanos = Long.MAX_VALUE;
    for (int member = 0; member < members; member++) {
      nanos = Math.min(nanos, ProcessFacts.ageNanos(federation.pid(member)));
    }
    found.accept(new Finding(Phase.LAST_IN, true, nanos / 1e6, 1));
  }

  /** Whether a phase has come to its end. */
  private interface End {
    boolean now() throws Exception;
  }

  private boolean await(Phase phase, long begin, End end) throws Exception {
    long limit = System.nanoTime() + deadline.toNanos();
    boolean reached = end.now();
    while (!reached && System.nanoTime() < limit) {
      LockSupport.parkNanos(POLL_NANOS);
      reached = end.now();
    }
    found.accept(new Finding(phase, reached, millisSince(begin), reached ? 1 : 0));
    return reached;
  }

  private static double millisSince(long begin) {
    return (System.nanoTime() - begin) / 1e6;
  }
}
