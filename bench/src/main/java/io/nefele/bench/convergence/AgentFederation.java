package io.nefele.bench.convergence;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.fabric.PrivateNetwork;
import io.nefele.lib.FabricView;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response.GroupRow;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Whole agents, each in a network namespace of its own: whole means one tree of groups. */
final class AgentFederation implements Federation {
  private final int members;
  private final BenchFabric fabric;
  private final SortedMap<Integer, Nefele> clients = new TreeMap<>();

  AgentFederation(int members) throws BenchFailure, IOException {
    this.members = members;
    this.fabric = BenchFabric.empty(Distribution.current());
  }

  /** Returns when all agents tell of one tree, as the command does that starts them. */
  @Override
  public void start() throws Exception {
    // As many seeds as the other systems have; multicast would find agents as well.
    fabric.up(members, new PrivateNetwork(List.of()), "--netns", "--no-multicast");
    for (int member : Layout.numbers(members)) {
      clients.put(member, fabric.client(member + 1));
    }
  }

  @Override
  public boolean isWhole(SortedSet<Integer> among) throws NefeleException {
    for (int member : among) {
      Nefele agent = client(member);
      if (agent.status().members() != among.size()) {
        return false;
      }
      FabricView view = new FabricView(agent.agents(), agent.groups());
      if (view.shortOfOne(among.size()).isPresent()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int leader() throws NefeleException, BenchFailure {
    String leader =
        client(0).groups().stream()
            .max(Comparator.comparingInt(GroupRow::level))
            .map(GroupRow::leader)
            .orElseThrow();
    for (var client : clients.entrySet()) {
      if (client.getValue().status().agent().equals(leader)) {
        return client.getKey();
      }
    }
    throw new BenchFailure(leader + " leads all, and is none of the agents");
  }

  @Override
  public void kill(int member) throws IOException {
    ProcessHandle.of(pid(member)).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Override
  public long pid(int member) throws IOException {
    return fabric.pid(member + 1);
  }

  @Override
  public void part() throws Exception {
    fabric.nefele("net", "cut", numbers(0), numbers(1)).orFail("nefele net cut");
  }

  @Override
  public void rejoin() throws Exception {
    fabric.nefele("net", "heal").orFail("nefele net heal");
  }

  /** The agents of one network, as a command takes them, which counts from 1. */
  private String numbers(int side) {
    return IntStream.range(0, members)
        .filter(member -> member % 2 == side)
        .mapToObj(member -> Integer.toString(member + 1))
        .collect(Collectors.joining(","));
  }

  @Override
  public void close() {
    fabric.close();
  }

  private Nefele client(int member) {
    return Objects.requireNonNull(clients.get(member));
  }
}
