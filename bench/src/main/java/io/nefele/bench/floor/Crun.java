package io.nefele.bench.floor;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.report.Samples;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What crun takes, the quickest of the container runtimes: namespaces made for each container, no
 * image, the machine's own programs bound into it. Without cgroups, which it refuses to use where
 * both versions are mounted.
 */
public final class Crun {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final List<String> BOUND = List.of("/usr", "/bin", "/lib", "/lib64");

  /**
   * Runs a container for each line. In a view of the mounts of its own, in which version 2 of
   * cgroups is not there: crun refuses to start anything if it is beside version 1.
   */
  private static final String SHELL =
      """
      umount -l /sys/fs/cgroup/unified 2>/dev/null
      while read -r id; do
        crun --cgroup-manager=disabled --root "$1/state" run --bundle "$1" "$id"
        echo $?
      done
      """;

  private Crun() {}

  /**
   * From the start of crun until the container, which runs {@code program}, has ended; empty if it
   * is not installed.
   *
   * @throws BenchFailure if it is, and does not work here
   */
  public static Optional<Samples> toExit(String program, int count)
      throws IOException, InterruptedException, BenchFailure {
    if (!InstalledProgram.areInstalled("crun", "unshare", "sh")) {
      return Optional.empty();
    }
    Path bundle = Files.createTempDirectory(Path.of("/tmp"), "nefele-bench-");
    try {
      makeBundle(bundle, program);
      ProcessBuilder shell =
          new ProcessBuilder("unshare", "--mount", "sh", "-c", SHELL, "sh", bundle.toString())
              .redirectError(Redirect.INHERIT);
      try (InstalledProgram running = InstalledProgram.start(shell)) {
        return Optional.of(measure(running.process(), count));
      }
    } finally {
      PartnerJvm.deleteTree(bundle);
    }
  }

  private static Samples measure(Process shell, int count)
      throws IOException, InterruptedException, BenchFailure {
    ProcessLines told = ProcessLines.of("crun", shell, LIMIT);
    OutputStream ids = shell.getOutputStream();
    Samples samples = new Samples();
    for (int i = 0; i < count; i++) {
      long begin = System.nanoTime();
      ids.write(("nefele-bench-" + i + "\n").getBytes(StandardCharsets.UTF_8));
      ids.flush();
      String status = told.next();
      samples.addNanos(System.nanoTime() - begin);
      if (!status.equals("0")) {
        throw new BenchFailure("crun ended with " + status);
      }
    }
    return samples;
  }

  private static void makeBundle(Path bundle, String program) throws IOException {
    List<String> bound = BOUND.stream().filter(path -> Files.isDirectory(Path.of(path))).toList();
    for (String path : Stream.concat(bound.stream(), Stream.of("/proc", "/dev")).toList()) {
      Files.createDirectories(bundle.resolve("rootfs" + path));
    }
    String mounts =
        bound.stream()
            .map(
                path ->
                    String.format(
                        Locale.ROOT,
                        """
                    , {"destination": "%1$s", "type": "bind", "source": "%1$s",
                       "options": ["rbind", "ro"]}""",
                        path))
            .collect(Collectors.joining());
    Files.writeString(
        bundle.resolve("config.json"),
        String.format(
            Locale.ROOT,
            """
        {"ociVersion": "1.0.2",
         "process": {"user": {"uid": 0, "gid": 0}, "args": ["%s"], "cwd": "/"},
         "root": {"path": "rootfs", "readonly": true},
         "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}%s],
         "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "ipc"},
                                  {"type": "uts"}, {"type": "network"}]}}
        """,
            program,
            mounts));
  }
}
