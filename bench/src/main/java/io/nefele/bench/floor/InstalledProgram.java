package io.nefele.bench.floor;

import io.nefele.bench.BenchFailure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program of the machine that runs for a measurement and ends with it. */
final class InstalledProgram implements AutoCloseable {
  /** Where servers are put that are not on every user's path. */
  private static final Path SERVERS = Path.of("/usr/sbin");

  private static final long END_LIMIT_SECONDS = 5;

  private final Process process;

  private InstalledProgram(Process process) {
    this.process = process;
  }

  /** Whether all of them are on this machine. */
  static boolean areInstalled(String... names) {
    return Arrays.stream(names).allMatch(name -> find(name).isPresent());
  }

  /**
   * The path of a program.
   *
   * @throws BenchFailure if this machine does not have it
   */
  static String path(String name) throws BenchFailure {
    return find(name).orElseThrow(() -> new BenchFailure(name + " is not installed")).toString();
  }

  private static Optional<Path> find(String name) {
    List<String> directories =
        List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
    return Stream.concat(directories.stream().map(Path::of), Stream.of(SERVERS))
        .map(directory -> directory.resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static InstalledProgram start(ProcessBuilder program) throws IOException {
    return new InstalledProgram(program.start());
  }

  Process process() {
    return process;
  }

  /** Ends it and what it has started itself. */
  @Override
  public void close() throws InterruptedException {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly().waitFor();
    for (ProcessHandle descendant : started) {
      descendant.destroyForcibly();
      descendant.onExit().completeOnTimeout(descendant, END_LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }
  }
}
