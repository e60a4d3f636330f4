package io.nefele.bench.convergence;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.Run;
import io.nefele.core.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Two network namespaces and a virtual cable between them: members with even numbers are in the
 * first, those with odd ones in the second. Needs root, {@code ip} and {@code tc}. Whoever is still
 * there when this is closed has to be ended by others.
 */
final class TwoNetworks implements Sites, AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** A classic BPF program of one instruction, which needs no firewall: return TC_ACT_SHOT. */
  private static final String DROP = "1,6 0 0 2";

  private static final int FIRST_PORT = 10_000;
  private static final List<String> HOSTS = List.of("10.99.0.1", "10.99.0.2");

  private final List<String> names;
  private final Thread atExit = new Thread(this::remove, "nefele-bench-networks");

  private TwoNetworks(String tag) {
    this.names = List.of(tag + "-a", tag + "-b");
  }

  static TwoNetworks create() throws IOException, InterruptedException, BenchFailure {
    TwoNetworks networks = new TwoNetworks("nefele-bench-" + ProcessHandle.current().pid());
    Runtime.getRuntime().addShutdownHook(networks.atExit);
    try {
      networks.make();
    } catch (IOException | InterruptedException | BenchFailure e) {
      networks.close();
      throw e;
    }
    return networks;
  }

  private void make() throws IOException, InterruptedException, BenchFailure {
    for (String name : names) {
      run("ip netns add " + name);
    }
    String other = " type veth peer name eth0 netns " + names.getLast();
    run("ip link add eth0 netns " + names.getFirst() + other);
    for (int side = 0; side < names.size(); side++) {
      String inside = "ip -n " + names.get(side);
      run(inside + " addr add " + HOSTS.get(side) + "/24 dev eth0");
      run(inside + " link set lo up");
      run(inside + " link set eth0 up");
    }
    for (String name : names) {
      awaitUp(name);
    }
  }

  /** The kernel tells a while later that a cable is in, and some systems look for that. */
  private static void awaitUp(String name) throws IOException, InterruptedException, BenchFailure {
    long end = System.nanoTime() + LIMIT.toNanos();
    String shown = "";
    while (System.nanoTime() < end) {
      shown = run("ip -n " + name + " -oneline link show dev eth0");
      if (shown.contains(" state UP ")) {
        return;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    throw new BenchFailure("the network of " + name + " does not come up: " + shown);
  }

  @Override
  public List<Endpoint> endpoints(int members) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int member = 0; member < members; member++) {
      endpoints.add(new Endpoint(HOSTS.get(side(member)), FIRST_PORT + member));
    }
    return endpoints;
  }

  @Override
  public List<String> wrap(int member, List<String> command) {
    List<String> wrapped = new ArrayList<>(List.of("ip", "netns", "exec"));
    wrapped.add(names.get(side(member)));
    wrapped.addAll(command);
    return wrapped;
  }

  private static int side(int member) {
    return member % 2;
  }

  /** Whatever is sent from either side to the other is lost on its way. */
  void part() throws IOException, InterruptedException, BenchFailure {
    for (String name : names) {
      run("tc -n " + name + " qdisc add dev eth0 clsact");
      List<String> filter =
          new ArrayList<>(List.of("tc", "-n", name, "filter", "add", "dev", "eth0"));
      filter.addAll(List.of("egress", "bpf", "direct-action", "bytecode", DROP));
      run(filter);
    }
  }

  void rejoin() throws IOException, InterruptedException, BenchFailure {
    for (String name : names) {
      run("tc -n " + name + " qdisc del dev eth0 clsact");
    }
  }

  @Override
  public void close() {
    remove();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }

  private void remove() {
    for (String name : names) {
      try {
        Run.of(List.of("ip", "netns", "delete", name), Map.of(), LIMIT);
      } catch (IOException | BenchFailure e) {
        System.err.println("nefele bench: " + name + " may be left behind: " + e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static String run(String command) throws IOException, InterruptedException, BenchFailure {
    return run(List.of(command.split(" ")));
  }

  private static String run(List<String> command)
      throws IOException, InterruptedException, BenchFailure {
    return Run.of(command, Map.of(), LIMIT).orFail(String.join(" ", command)).output();
  }
}
