package io.nefele.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * The Linux processes of a local fabric, found by what {@code /proc} tells about them and not by
 * remembered numbers: a pid that Linux has given to a stranger is never taken for ours.
 */
final class OwnProcesses {
  private static final Path PROC = Path.of("/proc");
  private static final long POLL_MILLIS = 5;

  private final FabricHome home;

  OwnProcesses(FabricHome home) {
    this.home = home;
  }

  /** The agent whose state is in agent {@code number}'s directory, if it runs. */
  Optional<Long> agent(int number) {
    return Optional.ofNullable(agents(List.of(number)).get(number));
  }

  /** Those of the agents {@code numbers} that run, with their pids. */
  SortedMap<Integer, Long> agents(Collection<Integer> numbers) {
    Map<String, Integer> wanted = new HashMap<>();
    numbers.forEach(number -> wanted.put(home.agent(number).toString(), number));
    SortedMap<Integer, Long> found = new TreeMap<>();
    for (long pid : find(pid -> stateOf(pid).filter(wanted::containsKey).isPresent())) {
      stateOf(pid).map(wanted::get).ifPresent(number -> found.putIfAbsent(number, pid));
    }
    return found;
  }

  /**
   * Those of the agents {@code numbers} that have just been started, with their pids. Who is not
   * found is looked for again, for {@code millis}: a process has no command line for a moment while
   * it becomes another program.
   */
  SortedMap<Integer, Long> awaitAgents(Collection<Integer> numbers, long millis) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    SortedMap<Integer, Long> found = agents(numbers);
    while (found.size() < numbers.size() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
      found = agents(numbers);
    }
    return found;
  }

  /** The directory of the agent that {@code pid} is, if it is one. */
  private static Optional<String> stateOf(long pid) {
    List<String> command = words(pid, "cmdline");
    int state = command.indexOf("--state");
    return command.contains(Distribution.AGENT_MAIN) && state >= 0 && state + 1 < command.size()
        ? Optional.of(command.get(state + 1))
        : Optional.empty();
  }

  /** The processes that hold tenants' processes for the agents, ended agents' too. */
  List<Long> inits() {
    String below = home.path().resolve("agents") + "/";
    return find(
        pid -> {
          List<String> command = words(pid, "cmdline");
          return !command.isEmpty()
              && command.getFirst().endsWith("nefele-init")
              && command.stream().anyMatch(word -> word.contains(below));
        });
  }

  /** The processes that agents of this home have started for tenants. */
  List<Long> tenants() {
    String below = "NEFELE_SOCKET=" + home.path().resolve("agents") + "/";
    return find(
        pid -> {
          List<String> environment = words(pid, "environ");
          return environment.stream().anyMatch(entry -> entry.startsWith("NEFELE_ID="))
              && environment.stream().anyMatch(entry -> entry.startsWith(below));
        });
  }

  static boolean isAlive(long pid) {
    return Files.exists(PROC.resolve(Long.toString(pid))) && !isZombie(pid);
  }

  /**
   * Waits until none of {@code pids} lives.
   *
   * @return those that still live after {@code millis}
   */
  static List<Long> awaitEnd(List<Long> pids, long millis) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (true) {
      List<Long> alive = pids.stream().filter(OwnProcesses::isAlive).toList();
      if (alive.isEmpty() || System.nanoTime() > deadline) {
        return alive;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
    }
  }

  private static boolean isZombie(long pid) {
    String stat = read(pid, "stat");
    int afterName = stat.lastIndexOf(')') + 2;
    return afterName < stat.length() && "ZX".indexOf(stat.charAt(afterName)) >= 0;
  }

  private static List<Long> find(Predicate<Long> wanted) {
    List<Long> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[1-9]*")) {
      for (Path entry : entries) {
        long pid = Long.parseLong(entry.getFileName().toString());
        if (wanted.test(pid) && !isZombie(pid)) {
          found.add(pid);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("/proc can't be read", e);
    }
    return found;
  }

  private static List<String> words(long pid, String file) {
    String content = read(pid, file);
    return content.isEmpty() ? List.of() : Arrays.asList(content.split("\0"));
  }

  /** Empty for a process that is gone meanwhile, or another user's. */
  private static String read(long pid, String file) {
    try {
      return Files.readString(
          PROC.resolve(Long.toString(pid)).resolve(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
