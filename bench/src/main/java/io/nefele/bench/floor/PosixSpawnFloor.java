package io.nefele.bench.floor;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.report.Quantity;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
  private static final Pattern PRINTED =
      Pattern.compile(
          "call p50 (\\d+) us, p99 (\\d+) us\\s+.* to exit p50 (\\d+) us, p99 (\\d+) us\\s+"
              + "one after another (\\d+) /s, 32 at once (\\d+) /s");

  public static PosixSpawnFloor measure(int count)
      throws IOException, InterruptedException, BenchFailure {
    return parse(FloorProgram.run("posix_spawn_floor", List.of(Integer.toString(count))));
  }

  static PosixSpawnFloor parse(String printed) throws BenchFailure {
    Matcher found = PRINTED.matcher(printed);
    if (!found.find()) {
      throw new BenchFailure("posix_spawn_floor printed something else: " + printed);
    }
    return new PosixSpawnFloor(
        FloorProgram.micros(found.group(1)),
        FloorProgram.micros(found.group(2)),
        FloorProgram.micros(found.group(3)),
        FloorProgram.micros(found.group(4)),
        Quantity.perSecond(Double.parseDouble(found.group(5))),
        Quantity.perSecond(Double.parseDouble(found.group(6))));
  }
}
