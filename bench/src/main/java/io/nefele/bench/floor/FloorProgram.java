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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The small C programs of the build that floors are measured with. */
final class FloorProgram {
  private static final String DIRECTORY = "/io/nefele/init/bench/";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private FloorProgram() {}

  /**
   * Runs one to its end.
   *
   * @throws BenchFailure if it fails, with what it said
   */
  static String run(String name, List<String> arguments)
      throws IOException, InterruptedException, BenchFailure {
    Path program =
        Files.createTempFile(
            name,
            null,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path source = Files.createTempFile(name, null);
    try {
      Files.write(source, content(name));
      // By another process: what this one writes can't be run while a process that another thread
      // is just starting still has the file open.
      Run.of(List.of("cp", "--", source.toString(), program.toString()), Map.of(), LIMIT)
          .orFail("cp");
      List<String> command = new ArrayList<>(List.of(program.toString()));
      command.addAll(arguments);
      return Run.of(command, Map.of(), LIMIT).orFail(name).output();
    } finally {
      Files.delete(source);
      Files.delete(program);
    }
  }

  /** A number that one has printed. */
  static Quantity micros(String text) {
    return Quantity.nanos(Double.parseDouble(text) * 1000);
  }

  private static byte[] content(String name) throws IOException, BenchFailure {
    try (@Nullable InputStream resource =
        FloorProgram.class.getResourceAsStream(DIRECTORY + name)) {
      if (resource == null) {
        throw new BenchFailure("the installation is incomplete: no " + DIRECTORY + name);
      }
      return resource.readAllBytes();
    }
  }
}
