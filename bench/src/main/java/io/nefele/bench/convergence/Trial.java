package io.nefele.bench.convergence;

import io.nefele.bench.convergence.Finding.Phase;
import io.nefele.bench.fabric.PrivateNetwork;
import io.nefele.bench.fabric.ProcessFacts;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Takes one system through all phases. What members know is polled, alike for all systems. */
final class Trial {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int ONE_IN_KILLED = 10;
  private static final String NEWS = "this is new";

  private final Contestant contestant;
  private final int members;
  private final Duration deadline;
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
    this.members = members;
    this.deadline = deadline;
    this.rest = rest;
    this.found = found;
  }

  /** Runs all phases; a phase that misses its deadline does not keep the others from being run. */
  void run() throws Exception {
    try (Peer peer = contestant.peer(members)) {
      long begin = System.nanoTime();
      if (!start(peer, begin)) {
        return;
      }
      awaitAllSeeAll(peer, begin);
      countAtRest(peer);
      if (contestant.announces()) {
        int teller = members / 2;
        long told = System.nanoTime();
        peer.announce(teller, NEWS);
        await(Phase.NEWS_HEARD, told, () -> shareOfHearers(peer, teller));
      }
      kill(peer);
    }
  }

  private boolean start(Peer peer, long begin) throws Exception {
    CompletableFuture<Void> starting = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                peer.start();
                starting.complete(null);
              } catch (Exception e) {
                starting.completeExceptionally(e);
              }
            });
    boolean reached = true;
    try {
      starting.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      reached = false;
    } catch (ExecutionException e) {
      System.err.println(contestant.title() + " did not start: " + e.getCause());
      reached = false;
    }
    found.accept(new Finding(Phase.STARTED, reached, millisSince(begin), reached ? 1 : 0));
    return reached;
  }

  /** Waits until all members of {@code peer} see all; {@code begin} is when they were started. */
  void awaitAllSeeAll(Peer peer, long begin) throws Exception {
    await(Phase.ALL_SEE_ALL, begin, () -> shareOfPairs(peer));
  }

  private void kill(Peer peer) throws Exception {
    List<Integer> survivors = new ArrayList<>();
    for (int member = 0; member < members; member++) {
      survivors.add(member);
    }
    List<Integer> dead = new ArrayList<>();
    for (int i = 0; i < Math.max(1, members / ONE_IN_KILLED); i++) {
      dead.add(Math.min(members - 1, ONE_IN_KILLED / 2 + i * ONE_IN_KILLED));
    }
    survivors.removeAll(dead);
    long killed = System.nanoTime();
    for (int member : dead) {
      peer.kill(member);
    }
    await(Phase.DEAD_REMOVED, killed, () -> shareOfRight(peer, survivors));
  }

  private void countAtRest(Peer peer) throws Exception {
    long pid = ProcessHandle.current().pid();
    TimeUnit.NANOSECONDS.sleep(rest.toNanos());
    long begin = System.nanoTime();
    long bytes = PrivateNetwork.loopbackBytes(pid);
    long cpuNanos = cpuNanos(peer.processes());
    TimeUnit.NANOSECONDS.sleep(rest.toNanos());
    double seconds = (System.nanoTime() - begin) / 1e9;
    double bytesPerSecond = (PrivateNetwork.loopbackBytes(pid) - bytes) / seconds / members;
    double percent = (cpuNanos(peer.processes()) - cpuNanos) / 1e7 / seconds / members;
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

  private double shareOfPairs(Peer peer) throws Exception {
    long pairs = 0;
    for (int member = 0; member < members; member++) {
      pairs += Math.min(members, peer.known(member));
    }
    return pairs / (double) ((long) members * members);
  }

  private double shareOfHearers(Peer peer, int teller) throws Exception {
    int hearers = 0;
    for (int member = 0; member < members; member++) {
      hearers += member == teller || peer.hasHeard(member, teller, NEWS) ? 1 : 0;
    }
    return hearers / (double) members;
  }

  private double shareOfRight(Peer peer, List<Integer> survivors) throws Exception {
    int right = 0;
    for (int member : survivors) {
      right += peer.known(member) == survivors.size() ? 1 : 0;
    }
    return right / (double) survivors.size();
  }

  /** How much of a phase has been reached. */
  private interface Share {
    double now() throws Exception;
  }

  private void await(Phase phase, long begin, Share share) throws Exception {
    long end = System.nanoTime() + deadline.toNanos();
    double now = share.now();
    while (now < 1 && System.nanoTime() < end) {
      LockSupport.parkNanos(POLL_NANOS);
      now = share.now();
    }
    found.accept(new Finding(phase, now >= 1, millisSince(begin), now));
  }

  private static double millisSince(long begin) {
    return (System.nanoTime() - begin) / 1e6;
  }
}
