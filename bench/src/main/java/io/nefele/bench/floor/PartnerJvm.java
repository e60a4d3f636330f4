package io.nefele.bench.floor;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.Distribution;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The JVM at the other end of a measurement, which ends with it. */
final class PartnerJvm implements AutoCloseable {
  /** The flags of an agent, but compiled as early as the JVM does by default. */
  private static final List<String> FLAGS = List.of("-Xmx256m", "-XX:CompileThresholdScaling=1");

  private final Process process;

  private PartnerJvm(Process process) {
    this.process = process;
  }

  /** Runs a class of the benchmarks; what it says on standard error is shown. */
  static PartnerJvm start(Distribution distribution, Class<?> main, String... arguments)
      throws IOException, BenchFailure {
    List<String> command = new ArrayList<>(distribution.benchCommand(FLAGS, main.getName()));
    command.addAll(List.of(arguments));
    return new PartnerJvm(
        new ProcessBuilder(command)
            .redirectOutput(Redirect.PIPE)
            .redirectError(Redirect.INHERIT)
            .start());
  }

  Process process() {
    return process;
  }

  /** A new directory in shared memory, if the machine has such. */
  static Path sharedDirectory() throws IOException {
    Path shared = Path.of("/dev/shm");
    return Files.createTempDirectory(
        Files.isDirectory(shared) ? shared : Path.of("/tmp"), "nefele-bench-");
  }

  static void deleteTree(Path directory) throws IOException {
    List<Path> all;
    try (Stream<Path> tree = Files.walk(directory)) {
      all = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
