package io.nefele.bench.convergence;

import io.nefele.core.Endpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** A JVM for each member. */
final class JvmFederation extends PeerFederation {
  /** Small ones, that start quickly: many of them share the machine. */
  private static final List<String> FLAGS = List.of("-Xmx192m", "-XX:TieredStopAtLevel=1");

  private final Contestant contestant;
  private final int members;
  private final TwoNetworks networks;

  /** Also those that are still starting. */
  private final SortedMap<Integer, MembersProcess> processes = new ConcurrentSkipListMap<>();

  JvmFederation(Contestant contestant, int members, TwoNetworks networks) {
    super(networks);
    this.contestant = contestant;
    this.members = members;
    this.networks = networks;
  }

  @Override
  public void start() throws Exception {
    List<Endpoint> endpoints = networks.endpoints(members);
    for (int member = 0; member < members; member++) {
      processes.put(member, MembersProcess.of(member, contestant, endpoints, networks, FLAGS));
    }
    Together.start(Layout.numbers(members), this::started);
  }

  private MembersProcess started(int member) throws IOException {
    MembersProcess process = process(member);
    process.awaitReady();
    process.start();
    return process;
  }

  @Override
  int known(int member) throws IOException {
    return process(member).known().getOrDefault(member, 0);
  }

  @Override
  List<Integer> leaders() throws IOException {
    List<Integer> leaders = new ArrayList<>();
    for (MembersProcess process : new TreeMap<>(processes).values()) {
      leaders.addAll(process.leaders());
    }
    return leaders;
  }

  @Override
  public void kill(int member) {
    process(member).kill();
  }

  @Override
  public long pid(int member) {
    return process(member).pid();
  }

  @Override
  void end() {
    processes.values().forEach(MembersProcess::close);
  }

  private MembersProcess process(int member) {
    return Objects.requireNonNull(processes.get(member));
  }
}
