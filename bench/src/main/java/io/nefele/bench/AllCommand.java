package io.nefele.bench;

import io.nefele.bench.fabric.Distribution;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nefele bench all}: a full set of results by one command. */
@Command(name = "all", description = "Run every benchmark with its defaults, one after another.")
final class AllCommand implements Callable<Integer> {
  private static final List<String> NAMES =
      List.of(
          "startup",
          "cli",
          "spawn",
          "placement",
          "mailbox",
          "clients",
          "ps",
          "pool",
          "footprint",
          "ship",
          "sim",
          "convergence");
  private static final String SOURCE_TREE = "";

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--save",
      paramLabel = "DIR",
      arity = "0..1",
      fallbackValue = SOURCE_TREE,
      description = "Also write all reports to DIR (default: the source tree's bench/results).")
  private @Nullable String save;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  /** Goes on after a benchmark that failed; returns the first failure's exit code. */
  @Override
  public Integer call() throws BenchFailure {
    var line = Objects.requireNonNull(spec).commandLine();
    Distribution distribution = Distribution.current();
    int worst = 0;
    for (String name : NAMES) {
      if (name.equals("sim") && !distribution.has("sim")) {
        line.getErr().println("sim: left out, this distribution has no simulator");
        continue;
      }
      List<String> words = new ArrayList<>(List.of(name));
      if (save != null) {
        words.add(save.equals(SOURCE_TREE) ? "--save" : "--save=" + save);
      }
      line.getErr().println("nefele bench " + String.join(" ", words));
      int exitCode = BenchMain.run(line.getOut(), line.getErr(), words.toArray(String[]::new));
      worst = worst == 0 ? exitCode : worst;
    }
    return worst;
  }
}
