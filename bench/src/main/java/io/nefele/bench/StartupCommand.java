package io.nefele.bench;

import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.fabric.LoneAgent;
import io.nefele.bench.fabric.PrivateNetwork;
import io.nefele.bench.fabric.Run;
import io.nefele.bench.report.Goal;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Samples;
import io.nefele.bench.report.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nefele bench startup}. */
@Command(name = "startup", description = "From starting agents to one fabric.")
final class StartupCommand extends BenchCommand {
  private static final Duration JAVA_LIMIT = Duration.ofSeconds(30);
  private static final int GOAL_SIZE = 5;
  private static final double GOAL_TIMES_ONE = 3;

  @Option(names = "--runs", paramLabel = "N", description = "Runs of each (default: 10).")
  private int runs = 10;

  @Option(
      names = "--sizes",
      paramLabel = "N",
      split = ",",
      description = "Sizes of the fabrics that 'nefele up' makes (default: 1,5,10).")
  private List<Integer> sizes = List.of(1, 5, 10);

  @Override
  protected String title() {
    return "Start of a fabric";
  }

  @Override
  protected void check() {
    require(runs >= 1, "--runs is 1 or more, not " + runs);
    require(
        sizes.stream().allMatch(size -> size >= 1 && size <= 100),
        "--sizes are 1 to 100, not " + sizes);
  }

  @Override
  protected List<Section> measure(Distribution distribution) throws Exception {
    Samples java = new Samples();
    Samples ready = new Samples();
    Samples fabricOfOne = new Samples();
    for (int run = 0; run < runs; run++) {
      progress("one agent, run " + (run + 1) + " of " + runs);
      java.addNanos(javaVersion().nanos());
      LoneAgent.Times times = LoneAgent.start(distribution);
      ready.addNanos(times.readyNanos());
      fabricOfOne.addNanos(times.fabricOfOneNanos());
    }
    List<Row> rows = new ArrayList<>();
    Quantity one = fabricOfOne.median();
    rows.add(java.row("`java -version`, start to end", 90));
    rows.add(
        ready
            .row("one agent: start of its JVM to \"ready\"", 90)
            .beside("`java -version`", java.median()));
    rows.add(
        fabricOfOne
            .row("one agent: start of its JVM to a fabric of one", 90)
            .beside("`java -version`", java.median()));
    for (int size : sizes) {
      Ups ups = up(distribution, size);
      Row row =
          ups.fromAgents()
              .row("`nefele up " + size + "`: start of the agents' JVMs to one fabric", 90)
              .beside("one agent to a fabric of one", one);
      rows.add(size == GOAL_SIZE ? row.goal(new Goal.AtMostTimes(GOAL_TIMES_ONE)) : row);
      rows.add(
          ups.command()
              .row("`nefele up " + size + "`: start of the command to its end", 90)
              .beside("one agent to a fabric of one", one));
    }
    return List.of(
        new Section(
            "Start-up",
            "Median of "
                + runs
                + " runs, each with state directories of its own. One agent is started as"
                + " `nefele up` starts it. `nefele up` ends when each agent sees all of them alive"
                + " under one top group. It is timed twice: as a whole, with the command's own"
                + " start, and from the moment at which the first of the agents' JVMs was started"
                + " (as the kernel tells it, to 20 ms, rounded up) to the same end.",
            rows));
  }

  /**
   * The same runs of {@code nefele up}, timed from two beginnings.
   *
   * @param command from the start of the command
   * @param fromAgents from the start of the first agent
   */
  private record Ups(Samples command, Samples fromAgents) {}

  private Ups up(Distribution distribution, int size) throws Exception {
    Ups ups = new Ups(new Samples(), new Samples());
    for (int run = 0; run < runs; run++) {
      progress("nefele up " + size + ", run " + (run + 1) + " of " + runs);
      try (BenchFabric fabric = BenchFabric.empty(distribution)) {
        ups.command().addNanos(fabric.up(size, new PrivateNetwork(List.of())).nanos());
        ups.fromAgents().addNanos(fabric.ageNanos());
      }
    }
    return ups;
  }

  private static Run javaVersion() throws Exception {
    List<String> command = List.of(Distribution.java(), "-version");
    return Run.of(command, Map.of(), JAVA_LIMIT).orFail("java -version");
  }
}
