package io.nefele.bench.floor;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.Run;
import io.nefele.bench.report.Quantity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a C program takes to start {@code /bin/true} by {@code posix_spawn(3)}.
 *
 * @param oneAfterAnother processes per second, each awaited before the next
 * @param manyAtOnce processes per second with 32 alive at any time
 */
public record PosixSpawnFloor(
    Quantity callMedian,
    Quantity callP99,
    Quantity toExitMedian,
    Quantity toExitP99,
    Quantity oneAfterAnother,
    Quantity manyAtOnce) {
  private static final String RESOURCE = "/io/nefele/init/bench/posix_spawn_floor";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern PRINTED =
      Pattern.compile(
          "call p50 (\\d+) us, p99 (\\d+) us\\s+.* to exit p50 (\\d+) us, p99 (\\d+) us\\s+"
              + "one after another (\\d+) /s, 32 at once (\\d+) /s");

  public static PosixSpawnFloor measure(int count)
      throws IOException, InterruptedException, BenchFailure {
    Path program =
        Files.createTempFile(
            "posix_spawn_floor",
            null,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path source = Files.createTempFile("posix_spawn_floor", null);
    try {
      Files.write(source, content());
      // By another process: what this one writes can't be run while a process that another thread
      // is just starting still has the file open.
      Run.of(List.of("cp", "--", source.toString(), program.toString()), Map.of(), LIMIT)
          .orFail("cp");
      List<String> command = List.of(program.toString(), Integer.toString(count));
      return parse(Run.of(command, Map.of(), LIMIT).orFail("posix_spawn_floor").output());
    } finally {
      Files.delete(source);
      Files.delete(program);
    }
  }

  static PosixSpawnFloor parse(String printed) throws BenchFailure {
    Matcher found = PRINTED.matcher(printed);
    if (!found.find()) {
      throw new BenchFailure("posix_spawn_floor printed something else: " + printed);
    }
    return new PosixSpawnFloor(
        micros(found.group(1)),
        micros(found.group(2)),
        micros(found.group(3)),
        micros(found.group(4)),
        Quantity.perSecond(Double.parseDouble(found.group(5))),
        Quantity.perSecond(Double.parseDouble(found.group(6))));
  }

  private static Quantity micros(String text) {
    return Quantity.nanos(Double.parseDouble(text) * 1000);
  }

  private static byte[] content() throws IOException, BenchFailure {
    try (@Nullable InputStream resource = PosixSpawnFloor.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new BenchFailure("the installation is incomplete: no " + RESOURCE);
      }
      return resource.readAllBytes();
    }
  }
}
