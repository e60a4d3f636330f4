package io.nefele.cli;

import io.nefele.core.Endpoint;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Several servers on one machine: a network namespace for each agent, tied by a virtual cable to a
 * bridge that has a namespace of its own. All names carry the home's tag, so that fabrics do not
 * meet and all of one fabric can be found again.
 */
final class Namespaces {
  private static final Path NAMED = Path.of("/run/netns");
  private static final int PORT = 4747;
  private static final int LARGEST_NUMBER = 60_000;

  private final String tag;

  private Namespaces(String tag) {
    this.tag = tag;
  }

  static Namespaces of(FabricHome home) {
    return new Namespaces(home.tag());
  }

  /**
   * Says whether namespaces can be made here.
   *
   * @throws NefeleException if not, with the reason
   */
  static void checkPossible() throws NefeleException, IOException {
    if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
      throw new NefeleException(
          ErrorKind.REFUSED,
          "--netns makes network namespaces, which only root may do; use 'nefele up N' without it");
    }
    String path = System.getenv().getOrDefault("PATH", "");
    boolean found =
        Arrays.stream(path.split(File.pathSeparator))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "ip")));
    if (!found) {
      throw new NefeleException(
          ErrorKind.FAILED, "--netns needs the 'ip' command; install the package iproute2");
    }
  }

  /** The name of agent {@code number}'s namespace. */
  String agent(int number) {
    return "nf-" + tag + "-" + number;
  }

  private String bridge() {
    return "nf-" + tag + "-sw";
  }

  /** Where agent {@code number} listens. */
  Endpoint endpoint(int number) {
    if (number > LARGEST_NUMBER) {
      throw new IllegalArgumentException("agents are numbered up to " + LARGEST_NUMBER);
    }
    return new Endpoint("10." + subnet() + "." + number / 250 + "." + (number % 250 + 1), PORT);
  }

  private int subnet() {
    return Integer.parseInt(tag.substring(0, 2), 16) % 254 + 1;
  }

  /** Makes what is missing of the bridge and of the namespaces of {@code numbers}. */
  void create(List<Integer> numbers) throws NefeleException, IOException {
    List<String> existing = existing();
    List<String> batch = new ArrayList<>();
    if (!existing.contains(bridge())) {
      ip(List.of("netns add " + bridge()));
      inside(
          bridge(),
          List.of(
              "link set lo up", "link add br0 type bridge mcast_snooping 0", "link set br0 up"));
    }
    for (int number : numbers) {
      if (!existing.contains(agent(number))) {
        batch.add("netns add " + agent(number));
        batch.add(
            "link add eth0 netns "
                + agent(number)
                + " type veth peer name s"
                + number
                + " netns "
                + bridge());
      }
    }
    ip(batch);
    List<String> ports = new ArrayList<>();
    for (int number : numbers) {
      if (!existing.contains(agent(number))) {
        ports.add("link set s" + number + " master br0 up");
        inside(
            agent(number),
            List.of(
                "link set lo up",
                "addr add " + endpoint(number).host() + "/16 dev eth0",
                "link set eth0 up",
                "route add 224.0.0.0/4 dev eth0"));
      }
    }
    inside(bridge(), ports);
  }

  /**
   * Removes all namespaces of this home, and with them the cables and the bridge.
   *
   * @return how many there were
   */
  int remove() throws NefeleException, IOException {
    List<String> existing = existing();
    ip(existing.stream().map(name -> "netns delete " + name).toList());
    return existing.size();
  }

  private List<String> existing() {
    String[] names = NAMED.toFile().list((dir, name) -> name.startsWith("nf-" + tag + "-"));
    return names == null ? List.of() : List.of(names);
  }

  private static void ip(List<String> batch) throws NefeleException, IOException {
    run(List.of("ip", "-batch", "-"), batch);
  }

  private static void inside(String namespace, List<String> batch)
      throws NefeleException, IOException {
    run(List.of("ip", "-netns", namespace, "-batch", "-"), batch);
  }

  private static void run(List<String> command, List<String> batch)
      throws NefeleException, IOException {
    if (batch.isEmpty()) {
      return;
    }
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectInput(Redirect.PIPE).start();
    try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
      in.write(String.join("\n", batch) + "\n");
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new NefeleException(
            ErrorKind.FAILED,
            "'" + String.join(" ", command) + "' failed: " + output.strip().replace("\n", "; "));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NefeleException(ErrorKind.FAILED, "interrupted", e);
    }
  }
}
