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
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;

/**
 * Several servers on one machine: a network namespace for each agent, tied by a virtual cable to a
 * bridge that has a namespace of its own. All names carry the home's tag, so that fabrics do not
 * meet and all of one fabric can be found again.
 */
final class Namespaces {
  private static final Path NAMED = Path.of("/run/netns");
  private static final int PORT = 4747;
  private static final int LARGEST_NUMBER = 60_000;

  /** Jumps of a classic BPF program reach so far. */
  private static final int MOST_CUT = 250;

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
   * Makes the network as {@code cuts} has it: what the senders send is dropped on its last step, at
   * the receiver's port of the bridge, so that broadcasts are cut, too. A classic BPF program tells
   * the senders by their addresses; it needs no firewall on this machine.
   */
  void cut(Cuts cuts) throws NefeleException, IOException {
    List<String> batch = new ArrayList<>();
    for (var cut : cuts.unheard().entrySet()) {
      String port = "s" + cut.getKey();
      batch.add("qdisc replace dev " + port + " clsact");
      batch.add(
          "filter replace dev "
              + port
              + " egress protocol all pref 1 handle 1 bpf direct-action bytecode \""
              + dropFrom(cut.getValue())
              + "\"");
    }
    tc(batch);
  }

  /** Ends all cuts between {@code numbers}. */
  void heal(Collection<Integer> numbers) throws NefeleException, IOException {
    List<String> batch = new ArrayList<>();
    for (int number : numbers) {
      // Replaced first, since what is not there can't be deleted.
      batch.add("qdisc replace dev s" + number + " clsact");
      batch.add("qdisc delete dev s" + number + " clsact");
    }
    tc(batch);
  }

  /** Drops IPv4 packets from {@code senders}, 0: passes, 2: is dropped (TC_ACT_SHOT). */
  private String dropFrom(SortedSet<Integer> senders) throws NefeleException {
    int count = senders.size();
    if (count > MOST_CUT) {
      throw new NefeleException(
          ErrorKind.REFUSED, "an agent can be cut off from " + MOST_CUT + " others at most");
    }
    List<String> program = new ArrayList<>();
    program.add("40 0 0 12"); // load the ethertype
    program.add("21 0 " + (count + 1) + " 2048"); // if it is not IPv4, pass
    program.add("32 0 0 26"); // load the source address
    int left = count;
    for (int sender : senders) {
      program.add("21 " + left-- + " 0 " + address(sender)); // if it is this one, drop
    }
    program.add("6 0 0 0");
    program.add("6 0 0 2");
    return program.size() + "," + String.join(",", program);
  }

  private long address(int number) {
    long address = 0;
    for (String part : endpoint(number).host().split("\\.")) {
      address = address << 8 | Long.parseLong(part);
    }
    return address;
  }

  /** Configures links in the bridge's namespace, by commands of {@code ip}. */
  void inBridge(List<String> batch) throws NefeleException, IOException {
    inside(bridge(), batch);
  }

  /** Runs a program there, which may leave something in the background. */
  void runInBridge(List<String> command) throws NefeleException, IOException {
    List<String> inside = new ArrayList<>(List.of("ip", "netns", "exec", bridge()));
    inside.addAll(command);
    run(inside, List.of());
  }

  /** The names of links there that match a regular expression as a whole. */
  List<String> linksOfBridge(String pattern) throws NefeleException, IOException {
    return run(List.of("ip", "-netns", bridge(), "-oneline", "link", "show"), List.of())
        .lines()
        .map(line -> line.replaceFirst("^[0-9]+: ([^:@]+)[:@].*", "$1"))
        .filter(name -> name.matches(pattern))
        .toList();
  }

  /** Ends what runs there, as it would keep the namespace. No agent does. */
  void endProcessesOfBridge() throws NefeleException, IOException {
    if (existing().contains(bridge())) {
      run(List.of("ip", "netns", "pids", bridge()), List.of())
          .lines()
          .forEach(pid -> Posix.kill(Long.parseLong(pid), Posix.SIGKILL));
    }
  }

  /**
   * Removes all namespaces of this home, and with them the cables and the bridge.
   *
   * @return how many there were
   */
  int remove() throws NefeleException, IOException {
    endProcessesOfBridge();
    List<String> existing = existing();
    ip(existing.stream().map(name -> "netns delete " + name).toList());
    return existing.size();
  }

  private List<String> existing() {
    String[] names = NAMED.toFile().list((dir, name) -> name.startsWith("nf-" + tag + "-"));
    return names == null ? List.of() : List.of(names);
  }

  private static void ip(List<String> batch) throws NefeleException, IOException {
    runBatch(List.of("ip", "-batch", "-"), batch);
  }

  private static void inside(String namespace, List<String> batch)
      throws NefeleException, IOException {
    runBatch(List.of("ip", "-netns", namespace, "-batch", "-"), batch);
  }

  private void tc(List<String> batch) throws NefeleException, IOException {
    runBatch(List.of("tc", "-netns", bridge(), "-batch", "-"), batch);
  }

  private static void runBatch(List<String> command, List<String> batch)
      throws NefeleException, IOException {
    if (!batch.isEmpty()) {
      run(command, batch);
    }
  }

  /** Returns what it printed. */
  private static String run(List<String> command, List<String> input)
      throws NefeleException, IOException {
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectInput(Redirect.PIPE).start();
    try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
      for (String line : input) {
        in.write(line + "\n");
      }
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new NefeleException(
            ErrorKind.FAILED,
            "'" + String.join(" ", command) + "' failed: " + output.strip().replace("\n", "; "));
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NefeleException(ErrorKind.FAILED, "interrupted", e);
    }
  }
}
