package io.nefele.bench;

import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.fabric.Run;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Section;
import io.nefele.bench.report.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nefele bench sim}. */
@Command(
    name = "sim",
    description = "How much faster than real time the simulator is, and what it says of gossip.")
final class SimCommand extends BenchCommand {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @Option(
      names = "--agents",
      paramLabel = "N",
      split = ",",
      description = "Simulated agents (default: 10,100).")
  private List<Integer> sizes = List.of(10, 100);

  @Option(
      names = "--rest-agents",
      paramLabel = "N",
      split = ",",
      description = "Simulated agents without faults (default: 100,1000).")
  private List<Integer> restSizes = List.of(100, 1000);

  @Option(
      names = "--spread-agents",
      paramLabel = "N",
      split = ",",
      description = "Agents among which membership spreads (default: 100,1000).")
  private List<Integer> spreadSizes = List.of(100, 1000);

  @Option(names = "--seed", paramLabel = "S", description = "Of all runs (default: 1).")
  private long seed = 1;

  @Option(
      names = "--table-agents",
      paramLabel = "N",
      description = "Agents whose process tables are simulated (default: 10000).")
  private int tableAgents = 10_000;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Simulated time in which faults may happen (default: 60).")
  private int seconds = 60;

  @Option(
      names = "--faults",
      paramLabel = "PROFILE",
      description = "The simulator's fault profile (default: rough).")
  private String faults = "rough";

  @Override
  protected String title() {
    return "The simulator";
  }

  @Override
  protected void check() {
    require(sizes.stream().allMatch(size -> size >= 1), "--agents are 1 or more, not " + sizes);
    require(restSizes.stream().allMatch(size -> size >= 1), "--rest-agents are 1 or more");
    require(
        spreadSizes.stream().allMatch(size -> size >= 2),
        "--spread-agents are 2 or more, not " + spreadSizes);
    require(
        tableAgents >= 1 && tableAgents <= 100_000,
        "--table-agents is 1 to 100000, not " + tableAgents);
    require(seconds >= 1, "--seconds is 1 or more, not " + seconds);
  }

  @Override
  protected List<Section> measure(Distribution distribution) throws Exception {
    if (!distribution.has("sim")) {
      throw new BenchFailure("this distribution has no simulator");
    }
    List<Row> rows = new ArrayList<>();
    for (int size : sizes) {
      progress(size + " agents");
      rows.add(row(distribution, size));
    }
    List<Section> sections = new ArrayList<>();
    sections.add(
        new Section(
            "Simulated time over real time",
            "`nefele sim --agents N --seed "
                + seed
                + " --faults "
                + faults
                + " --time "
                + seconds
                + "s`. Real time is that of the whole process: the start of its JVM and all"
                + " invariant checks are included.",
            rows));
    sections.add(new RestSection(distribution, seed, this::progress).measure(restSizes));
    sections.addAll(new SpreadSections(distribution, seed, this::progress).measure(spreadSizes));
    progress("process tables of " + tableAgents + " agents");
    sections.add(new TableSection(distribution, seed).measure(tableAgents));
    return sections;
  }

  private Row row(Distribution distribution, int size) throws Exception {
    String what = size + " agents";
    List<String> command = new ArrayList<>(List.of(distribution.launcher(), "sim", "--json"));
    command.addAll(List.of("--agents", Integer.toString(size), "--seed", Long.toString(seed)));
    command.addAll(List.of("--faults", faults, "--time", seconds + "s"));
    try {
      Run run = Run.of(command, Map.of(), LIMIT).orFail("nefele sim");
      Simulated simulated = Simulated.parse(run.output());
      double realSeconds = run.nanos() / 1e9;
      double simulatedSeconds = simulated.get("simulatedSeconds");
      return Row.of(what, new Quantity(simulatedSeconds / realSeconds, Unit.TIMES))
          .detail("simulated", Quantity.nanos(simulatedSeconds * 1e9))
          .detail("real", Quantity.nanos(run.nanos()))
          .detail("events", Quantity.perSecond(simulated.get("events") / realSeconds));
    } catch (BenchFailure e) {
      return Row.failed(what, String.valueOf(e.getMessage()));
    }
  }
}
