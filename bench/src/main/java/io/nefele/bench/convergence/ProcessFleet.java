package io.nefele.bench.convergence;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** A fleet in which every member is a process. */
final class ProcessFleet implements Fleet {
  private final ProcessPeer peer;
  private final SortedSet<Integer> doomed;
  private boolean killed;

  ProcessFleet(ProcessPeer peer, SortedSet<Integer> doomed) {
    this.peer = peer;
    this.doomed = doomed;
  }

  @Override
  public void start() throws Exception {
    peer.start();
  }

  @Override
  public SortedMap<Integer, Integer> known() throws Exception {
    SortedMap<Integer, Integer> known = new TreeMap<>();
    for (int member : peer.members()) {
      if (!killed || !doomed.contains(member)) {
        known.put(member, peer.known(member));
      }
    }
    return known;
  }

  @Override
  public void announce(int member, String news) throws Exception {
    peer.announce(member, news);
  }

  @Override
  public SortedSet<Integer> hearers(int from, String news) throws Exception {
    return peer.hearers(from, news);
  }

  @Override
  public void kill() throws Exception {
    killed = true;
    for (int member : doomed) {
      peer.kill(member);
    }
  }

  @Override
  public List<Long> processes() throws Exception {
    List<Long> pids = new ArrayList<>();
    for (int member : peer.members()) {
      pids.add(peer.pid(member));
    }
    return pids;
  }

  @Override
  public void close() throws Exception {
    peer.close();
  }
}
