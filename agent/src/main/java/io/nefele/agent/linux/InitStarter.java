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
  private static final String INIT = "nefele-init";
  private static final String VIEW = "nefele-view";
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
    Path view = options.binary().resolveSibling(VIEW);
    placeProgram(INIT, options.binary(), "rwx------");
    placeProgram(VIEW, view, "rwxr-xr-x");
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
    sandbox
        .writable()
        .forEach(shared -> command.addAll(List.of("--share-writable", shared.toString())));
    command.addAll(List.of("--network", sandbox.ownNetwork() ? "own" : "server"));
    command.addAll(List.of("--view", view.toString()));
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
  /** Moved into place, never written there: the file may be running. */
  private static void placeProgram(String name, Path place, String permissions) throws IOException {
    byte[] content = content(name);
    if (Files.isExecutable(place) && Arrays.equals(Files.readAllBytes(place), content)) {
      return;
    }
    Path directory = Files.createDirectories(place.toAbsolutePath().resolve("..").normalize());
    Path fresh = Files.createTempFile(directory, name, null);
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(permissions));
    Files.write(fresh, content);
    Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] content(String name) throws IOException {
    String resource = "/io/nefele/init/" + name;
    try (@Nullable InputStream program = InitStarter.class.getResourceAsStream(resource)) {
      if (program == null) {
        throw new IOException("a program is missing from this installation: " + resource);
      }
      return program.readAllBytes();
    }
  }
}
