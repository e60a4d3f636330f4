package io.nefele.bench.convergence;

import io.nefele.core.Endpoint;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * A fleet in two JVMs: those to be killed in one of their own. So a kill is a SIGKILL for every
 * system alike: no member says goodbye, and the kernel closes what was open.
 */
final class JvmFleet implements Fleet {
  private final Peer here;
  private final MembersProcess doomed;
  private boolean killed;

  JvmFleet(Contestant contestant, int members, SortedSet<Integer> toBeKilled) throws Exception {
    List<Endpoint> endpoints = Sites.LOOPBACK.endpoints(members);
    SortedSet<Integer> others = Layout.numbers(members);
    others.removeAll(toBeKilled);
    this.doomed = MembersProcess.likeThis(contestant, new Layout(endpoints, toBeKilled));
    this.here = contestant.peer(new Layout(endpoints, others));
  }

  @Override
  public void start() throws Exception {
    CompletableFuture<Void> there = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                doomed.start();
                there.complete(null);
              } catch (IOException e) {
                there.completeExceptionally(e);
              }
            });
    here.start();
    there.get();
  }

  @Override
  public SortedMap<Integer, Integer> known() throws Exception {
    SortedMap<Integer, Integer> known = new TreeMap<>(here.known());
    if (!killed) {
      known.putAll(doomed.known());
    }
    return known;
  }

  @Override
  public void announce(int member, String news) throws Exception {
    here.announce(member, news);
  }

  @Override
  public SortedSet<Integer> hearers(int from, String news) throws Exception {
    SortedSet<Integer> hearers = new TreeSet<>(here.hearers(from, news));
    hearers.addAll(doomed.hearers(from, news));
    return hearers;
  }

  @Override
  public void kill() throws IOException {
    killed = true;
    doomed.kill();
  }

  @Override
  public List<Long> processes() {
    return List.of(ProcessHandle.current().pid(), doomed.pid());
  }

  @Override
  public void close() throws Exception {
    doomed.close();
    here.close();
  }
}
