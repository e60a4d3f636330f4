package io.nefele.bench.floor;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.report.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a C program takes to start {@code /bin/true} in namespaces that stand already (pid, mount,
 * ipc, uts, network), in cgroups of its own for cpu, memory and pids.
 */
public record IsolatedSpawnFloor(
    Quantity callMedian, Quantity callP99, Quantity toExitMedian, Quantity toExitP99) {
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final Pattern PRINTED =
      Pattern.compile(
          "isolated call p50 (\\d+) us, p99 (\\d+) us\\s+"
              + "isolated to exit p50 (\\d+) us, p99 (\\d+) us");

  /**
   * @throws BenchFailure if it can't be measured here: it takes root and writable cgroups
   */
  public static IsolatedSpawnFloor measure(int count)
      throws IOException, InterruptedException, BenchFailure {
    List<Path> parents = new ArrayList<>();
    try {
      for (Path hierarchy : hierarchies()) {
        Path parent = hierarchy.resolve("nefele-floor-" + ProcessHandle.current().pid());
        Files.createDirectory(parent);
        parents.add(parent);
      }
      List<String> arguments = new ArrayList<>(List.of(Integer.toString(count)));
      parents.forEach(parent -> arguments.add(parent.toString()));
      return parse(FloorProgram.run("isolated_spawn_floor", arguments));
    } catch (IOException e) {
      throw new BenchFailure("cgroups can't be made: " + e.getMessage());
    } finally {
      for (Path parent : parents) {
        Files.delete(parent);
      }
    }
  }

  /** One for all of version 2, or those of version 1 that agents use. */
  private static List<Path> hierarchies() {
    if (Files.exists(CGROUPS.resolve("cgroup.controllers"))) {
      return List.of(CGROUPS);
    }
    return Stream.of("cpu", "memory", "pids")
        .map(CGROUPS::resolve)
        .filter(Files::isDirectory)
        .toList();
  }

  static IsolatedSpawnFloor parse(String printed) throws BenchFailure {
    Matcher found = PRINTED.matcher(printed);
    if (!found.find()) {
      throw new BenchFailure("isolated_spawn_floor printed something else: " + printed);
    }
    return new IsolatedSpawnFloor(
        FloorProgram.micros(found.group(1)),
        FloorProgram.micros(found.group(2)),
        FloorProgram.micros(found.group(3)),
        FloorProgram.micros(found.group(4)));
  }
}
