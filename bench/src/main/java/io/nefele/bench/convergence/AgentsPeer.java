package io.nefele.bench.convergence;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.fabric.PrivateNetwork;
import io.nefele.lib.Nefele;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/** Whole agents: gossip, the hierarchy of groups, and all that stands on them. */
final class AgentsPeer implements ProcessPeer {
  private final int members;
  private final BenchFabric fabric;
  private final List<Nefele> clients = new ArrayList<>();

  AgentsPeer(int members) throws BenchFailure, IOException {
    this.members = members;
    this.fabric = BenchFabric.empty(Distribution.current());
  }

  @Override
  public SortedSet<Integer> members() {
    return Layout.numbers(members);
  }

  @Override
  public void start() throws Exception {
    fabric.up(members, new PrivateNetwork(List.of()));
    for (int number = 1; number <= members; number++) {
      clients.add(fabric.client(number));
    }
  }

  @Override
  public int known(int member) throws Exception {
    return (int)
        clients.get(member).agents().stream()
            .filter(agent -> agent.state().equals("alive"))
            .count();
  }

  @Override
  public void kill(int member) throws Exception {
    ProcessHandle.of(fabric.pid(member + 1)).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Override
  public void announce(int member, String news) {
    throw new UnsupportedOperationException("an agent announces by itself");
  }

  @Override
  public boolean hasHeard(int member, int from, String news) {
    return false;
  }

  @Override
  public long pid(int member) throws IOException {
    return fabric.pid(member + 1);
  }

  @Override
  public void close() {
    fabric.close();
  }
}
