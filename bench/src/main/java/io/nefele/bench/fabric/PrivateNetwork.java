package io.nefele.bench.fabric;

import io.nefele.bench.BenchFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A loopback device of one's own, so that its counters tell the traffic of what is measured and
 * nothing else. Needs {@code unshare(1)} and {@code ip(8)}, and root or user namespaces.
 *
 * @param unshare the words before a command that give it such a device; none: it is not possible
 *     here, and counters are those of the whole machine
 */
public record PrivateNetwork(List<String> unshare) {
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(10);
  private static final String WITH_LOOPBACK = "ip link set lo up && exec \"$@\"";

  public PrivateNetwork {
    unshare = List.copyOf(unshare);
  }

  /** The way that works for this user. */
  public static PrivateNetwork probe() throws InterruptedException, BenchFailure {
    for (List<String> unshare : List.of(List.of("unshare", "-n"), List.of("unshare", "-r", "-n"))) {
      PrivateNetwork candidate = new PrivateNetwork(unshare);
      try {
        if (Run.of(candidate.wrap(List.of("true")), Map.of(), PROBE_LIMIT).exitCode() == 0) {
          return candidate;
        }
      } catch (IOException e) {
        // There is no unshare(1).
      }
    }
    return new PrivateNetwork(List.of());
  }

  public boolean isPrivate() {
    return !unshare.isEmpty();
  }

  /** {@code command}, run in a new network of its own; the process stays the same one. */
  public List<String> wrap(List<String> command) {
    if (!isPrivate()) {
      return command;
    }
    List<String> wrapped = new ArrayList<>(unshare);
    wrapped.addAll(List.of("sh", "-c", WITH_LOOPBACK, "sh"));
    wrapped.addAll(command);
    return wrapped;
  }

  /** How the bytes were counted, for a report. */
  public String method() {
    return isPrivate()
        ? "Bytes are those of the loopback device in a network namespace of its own,"
            + " headers included."
        : "Bytes are those of the machine's loopback device, other programs' included: no"
            + " network namespace could be made.";
  }

  /** Bytes received so far on the loopback device of the process {@code pid}. */
  public static long loopbackBytes(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "net", "dev"))) {
      String[] fields = line.strip().split("[:\\s]+");
      if (fields[0].equals("lo")) {
        return Long.parseLong(fields[1]);
      }
    }
    return 0;
  }
}
