package io.nefele.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether a program goes to where it runs, and what goes with it. */
final class ShipOptions {
  private static final String PROGRAM_ALONE = "";

  @Option(
      names = "--ship",
      arity = "0..1",
      fallbackValue = PROGRAM_ALONE,
      paramLabel = "PATH",
      description =
          "Bring the program to where it runs: the file that COMMAND names or, with PATH, that file"
              + " or directory, in which COMMAND is looked up.")
  @Nullable String ship;

  @Option(
      names = "--no-ship",
      description = "Run what the servers have, also for a COMMAND such as ./prog.")
  boolean never;

  boolean isEmpty() {
    return ship == null && !never;
  }

  /**
   * What is to be shipped.
   *
   * @param here what paths are relative to
   * @param byItself whether a program named by a relative path is shipped unasked
   */
  Optional<Path> path(Path here, String program, boolean byItself) {
    if (never) {
      return Optional.empty();
    }
    if (ship != null && !ship.equals(PROGRAM_ALONE)) {
      return Optional.of(here.resolve(ship).normalize());
    }
    Path file = here.resolve(program).normalize();
    boolean relative = program.contains("/") && !program.startsWith("/");
    return ship != null || (byItself && relative && Files.isRegularFile(file))
        ? Optional.of(file)
        : Optional.empty();
  }
}
