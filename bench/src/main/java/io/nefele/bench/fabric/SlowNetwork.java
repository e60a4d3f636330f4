package io.nefele.bench.fabric;

import io.nefele.bench.BenchFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The network of a fabric that was brought up with {@code --netns}, each agent's link of which
 * carries only so much in either direction. Needs root, {@code ip} and {@code tc}.
 */
public final class SlowNetwork {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final String tag;

  private SlowNetwork(String tag) {
    this.tag = tag;
  }

  /**
   * @param megabits a second, of each link
   */
  public static SlowNetwork of(BenchFabric fabric, int megabits)
      throws IOException, InterruptedException, BenchFailure {
    String first = run(List.of("ip", "netns", "identify", Long.toString(fabric.pid(1))));
    if (!first.endsWith("-1")) {
      throw new BenchFailure("agent 1 is in no network namespace of its own");
    }
    SlowNetwork network = new SlowNetwork(first.substring(0, first.length() - 1));
    for (int agent = 1; agent <= fabric.agents(); agent++) {
      network.limit(network.tag + agent, "eth0", megabits);
      network.limit(network.tag + "sw", "s" + agent, megabits);
    }
    return network;
  }

  /** The words before a command that run it on the server of an agent. */
  public List<String> on(int agent) {
    return List.of("ip", "netns", "exec", tag + agent);
  }

  /** The address of that server. */
  public String address(int agent) throws IOException, InterruptedException, BenchFailure {
    List<String> command = new ArrayList<>(on(agent));
    command.addAll(List.of("ip", "-oneline", "-4", "addr", "show", "dev", "eth0"));
    return run(command).replaceFirst("(?s).* inet ([0-9.]+)/.*", "$1");
  }

  private void limit(String namespace, String device, int megabits)
      throws IOException, InterruptedException, BenchFailure {
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    command.addAll(List.of("tc", "qdisc", "replace", "dev", device, "root", "tbf"));
    command.addAll(List.of("rate", megabits + "mbit", "burst", "256kb", "latency", "100ms"));
    run(command);
  }

  private static String run(List<String> command)
      throws IOException, InterruptedException, BenchFailure {
    return Run.of(command, Map.of(), LIMIT).orFail(String.join(" ", command)).output();
  }
}
