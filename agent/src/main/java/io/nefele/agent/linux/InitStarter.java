package io.nefele.agent.linux;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Starts an init as a process of its own, which does not end with this one. */
final class InitStarter {
  private static final String RESOURCE = "/io/nefele/init/nefele-init";
  private static final int EXIT_IN_USE = 3;
  private static final int START_SECONDS_MAX = 10;
  private static final String TEXT_FILE_BUSY = "error: 26";
  private static final int BUSY_TRIES_MAX = 200;
  private static final long BUSY_PAUSE_NANOS = 5_000_000;

  private InitStarter() {}

  /**
   * Returns when the new init listens.
   *
   * @return false if the socket belongs to another one
   */
  static boolean start(InitOptions options) throws IOException {
    Files.createDirectories(options.logs());
    placeBinary(options.binary());
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            options.binary().toString(),
            "--socket",
            options.socket().toString(),
            "--logs",
            options.logs().toString(),
            "--isolate",
            options.isolation().map(level -> level.name().toLowerCase(Locale.ROOT)).orElse("best"),
            "--linger",
            Long.toString(options.linger().toSeconds()),
            "--grace",
            Long.toString(options.grace().toMillis()),
            "--output-max",
            Integer.toString(options.outputKibMax())));
    InitOptions.Sandbox sandbox = options.sandbox();
    sandbox.hidden().ifPresent(hidden -> command.addAll(List.of("--hide", hidden.toString())));
    sandbox.shared().forEach(shared -> command.addAll(List.of("--share", shared.toString())));
    command.addAll(List.of("--network", sandbox.ownNetwork() ? "own" : "server"));
    options.cgroup().ifPresent(name -> command.addAll(List.of("--cgroup", name)));
    Process starting = exec(command);
    String said =
        new String(starting.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int exitCode = exitCode(starting);
    if (exitCode != 0 && exitCode != EXIT_IN_USE) {
      throw new IOException("the init did not start (" + exitCode + "): " + said);
    }
    return exitCode == 0;
  }

  /**
   * The kernel runs no program that somebody has open for writing. Another thread that forked while
   * the program was put into place has it open until its own exec, a moment later.
   */
  private static Process exec(List<String> command) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
      } catch (IOException e) {
        if (tries == BUSY_TRIES_MAX || !String.valueOf(e.getMessage()).contains(TEXT_FILE_BUSY)) {
          throw e;
        }
        LockSupport.parkNanos(BUSY_PAUSE_NANOS);
      }
    }
  }

  /** The caller's process ends as soon as the init listens. */
  private static int exitCode(Process starting) throws IOException {
    try {
      if (!starting.waitFor(START_SECONDS_MAX, TimeUnit.SECONDS)) {
        starting.destroyForcibly();
        throw new IOException("the init did not start within " + START_SECONDS_MAX + " s");
      }
      return starting.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the init was starting", e);
    }
  }

  /** Moved into place, never written there: the file may be running. */
  private static void placeBinary(Path binary) throws IOException {
    byte[] content = content();
    if (Files.isExecutable(binary) && Arrays.equals(Files.readAllBytes(binary), content)) {
      return;
    }
    Path directory = Files.createDirectories(binary.toAbsolutePath().resolve("..").normalize());
    Path fresh =
        Files.createTempFile(
            directory,
            "nefele-init",
            null,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.write(fresh, content);
    Files.move(fresh, binary, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] content() throws IOException {
    try (@Nullable InputStream resource = InitStarter.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IOException("the init's program is missing from this installation: " + RESOURCE);
      }
      return resource.readAllBytes();
    }
  }
}
