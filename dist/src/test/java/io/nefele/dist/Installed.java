package io.nefele.dist;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The installed {@code nefele} command, run as a user runs it.
 *
 * @param root the distribution
 * @param environment of the command, beside PATH
 * @param scratch for captured output
 */
record Installed(Path root, Map<String, String> environment, Path scratch) {
  private static final long LIMIT_SECONDS = 120;

  /** The distribution that the build has assembled, with {@code NEFELE_HOME} in {@code home}. */
  static Installed withHome(Path home, Path scratch) {
    return new Installed(
        Path.of(System.getProperty("nefele.dist")),
        Map.of("NEFELE_HOME", home.toString(), "NEFELE_JAVA_HOME", System.getProperty("java.home")),
        scratch);
  }

  /** The same with another environment. */
  Installed with(String variable, String value) {
    Map<String, String> changed = new TreeMap<>(environment);
    changed.put(variable, value);
    return new Installed(root, changed, scratch);
  }

  /** How a command ended and what it printed. */
  record Ended(int exitCode, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }
  }

  /** Runs a command to its end, which must come soon. */
  Ended run(String... args) {
    return run(builder(args), String.join(" ", args));
  }

  /** Runs a line of shell in which {@code nefele} is the installed command. */
  Ended shell(String line) {
    ProcessBuilder shell = builder().command("/bin/sh", "-c", line);
    shell
        .environment()
        .merge("PATH", root.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
    return run(shell, line);
  }

  private Ended run(ProcessBuilder command, String name) {
    try {
      Path out = Files.createTempFile(scratch, "out", "");
      Path err = Files.createTempFile(scratch, "err", "");
      Process process = command.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(name + " does not end");
      }
      return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Runs a command that must succeed, and returns its lines. */
  List<String> lines(String... args) {
    Ended ended = run(args);
    if (ended.exitCode() != 0) {
      throw new IllegalStateException(String.join(" ", args) + ": " + ended);
    }
    return ended.lines();
  }

  /** What the command itself needs of the distribution, in another place. */
  Installed copyTo(Path target) throws IOException {
    for (String name :
        List.of(
            "bin/nefele",
            "lib/find-jdk.sh",
            "lib/cli.flags",
            "lib/cli/nefele-cli.jar",
            "lib/cli.aot")) {
      Path file = target.resolve(name);
      Files.createDirectories(file.resolve("..").normalize());
      Files.copy(root.resolve(name), file, StandardCopyOption.COPY_ATTRIBUTES);
    }
    return new Installed(target, environment, scratch);
  }

  ProcessBuilder builder(String... args) {
    List<String> command = new ArrayList<>(List.of(root.resolve("bin/nefele").toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
    builder.environment().put("HOME", scratch.toString());
    builder.environment().putAll(environment);
    return builder.redirectInput(new File("/dev/null"));
  }
}
