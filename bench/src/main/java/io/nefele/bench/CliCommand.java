package io.nefele.bench;

import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.fabric.Run;
import io.nefele.bench.report.Goal;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Samples;
import io.nefele.bench.report.Section;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nefele bench cli}. */
@Command(name = "cli", description = "What a command of the command line costs.")
final class CliCommand extends BenchCommand {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final double GOAL_TIMES_JAVA = 4;

  @Option(names = "--runs", paramLabel = "N", description = "Runs of each (default: 20).")
  private int runs = 20;

  @Override
  protected String title() {
    return "The command line";
  }

  @Override
  protected void check() {
    require(runs >= 1, "--runs is 1 or more, not " + runs);
  }

  @Override
  protected List<Section> measure(Distribution distribution) throws Exception {
    Samples java = new Samples();
    Samples ps = new Samples();
    Samples version = new Samples();
    try (BenchFabric fabric = BenchFabric.up(distribution, 1)) {
      progress("nefele ps, " + runs + " runs");
      for (int run = 0; run < runs; run++) {
        java.addNanos(javaVersion().nanos());
        ps.addNanos(fabric.nefele("ps").orFail("nefele ps").nanos());
        version.addNanos(fabric.nefele("--version").orFail("nefele --version").nanos());
      }
    }
    List<Row> rows =
        List.of(
            java.row("`java -version`", 90),
            version.row("`nefele --version`", 90).beside("`java -version`", java.median()),
            ps.row("`nefele ps`", 90)
                .beside("`java -version`", java.median())
                .goal(new Goal.AtMostTimes(GOAL_TIMES_JAVA)));
    return List.of(
        new Section(
            "From start to end",
            "Median of "
                + runs
                + " runs, the three in turn, each a new process; the shell launcher that finds the"
                + " JDK is included. One agent runs and has no processes to list.",
            rows));
  }

  private static Run javaVersion() throws Exception {
    List<String> command = List.of(Distribution.java(), "-version");
    return Run.of(command, Map.of(), LIMIT).orFail("java -version");
  }
}
