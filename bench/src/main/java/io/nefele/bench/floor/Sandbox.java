package io.nefele.bench.floor;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.Run;
import io.nefele.bench.report.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Programs that run one process in namespaces of its own. */
public enum Sandbox {
  UNSHARE("unshare", "--pid", "--fork", "--mount", "--ipc", "--uts", "--net", "--mount-proc"),
  BUBBLEWRAP("bwrap", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev");

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final List<Path> PATH =
      List.of(Path.of("/usr/local/bin"), Path.of("/usr/bin"), Path.of("/bin"));

  private final List<String> words;

  Sandbox(String... words) {
    this.words = List.of(words);
  }

  /** Its name as a command. */
  public String program() {
    return words.getFirst();
  }

  /**
   * How long {@code /bin/true} takes by it, from the start of the program to its end; empty if it
   * is not installed.
   *
   * @throws BenchFailure if it is, and does not work here
   */
  public Optional<Samples> toExit(int count)
      throws IOException, InterruptedException, BenchFailure {
    if (PATH.stream().noneMatch(directory -> Files.exists(directory.resolve(program())))) {
      return Optional.empty();
    }
    List<String> command = new ArrayList<>(words);
    command.add("/bin/true");
    Samples samples = new Samples();
    for (int i = 0; i < count; i++) {
      samples.addNanos(Run.of(command, Map.of(), LIMIT).orFail(program()).nanos());
    }
    return Optional.of(samples);
  }
}
