package io.nefele.bench;

import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.fabric.Run;
import io.nefele.bench.report.Goal;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Section;
import io.nefele.bench.report.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How much faster than real time a simulated fabric goes once it has formed: what a longer run
 * takes more than a shorter one, so that neither the start of the JVM nor the forming is in it.
 */
record RestSection(Distribution distribution, long seed, Consumer<String> progress) {
  private static final Duration LIMIT = Duration.ofMinutes(15);

  /** The shorter run, by which the fabric has formed and the JIT has seen most of the code. */
  private static final int WARM_UP_SECONDS = 60;

  /** Agents times seconds of the difference between the two runs. */
  private static final int AGENT_SECONDS = 500_000;

  /** What is wanted of each size. */
  private static final Map<Integer, Double> GOALS = Map.of(100, 5000.0, 1000, 300.0, 10_000, 15.0);

  Section measure(List<Integer> sizes) throws Exception {
    List<Row> rows = new ArrayList<>();
    for (int size : sizes) {
      rows.add(row(size + " agents, membership alone", size, List.of("--gossip-only")));
      rows.add(row(size + " agents", size, List.of()));
    }
    return new Section(
        "Simulated time over real time, at rest",
        "`nefele sim --agents N --seed "
            + seed
            + " --faults none`, with and without `--gossip-only`: what "
            + AGENT_SECONDS
            + "/N s more of simulated time take than the first "
            + WARM_UP_SECONDS
            + " s, all invariants on. Whole agents have a workload of spawns and messages, too.",
        rows);
  }

  private Row row(String what, int size, List<String> more) throws Exception {
    progress.accept("at rest: " + what);
    try {
      One little = simulate(size, WARM_UP_SECONDS, more);
      One much = simulate(size, WARM_UP_SECONDS + Math.max(1, AGENT_SECONDS / size), more);
      double simulated = much.seconds - little.seconds;
      double real = Math.max(1e-9, much.realSeconds - little.realSeconds);
      Row row =
          Row.of(what, new Quantity(simulated / real, Unit.TIMES))
              .detail("events", Quantity.perSecond((much.events - little.events) / real))
              .detail("first " + WARM_UP_SECONDS + " s", Quantity.nanos(little.realSeconds * 1e9));
      Double goal = GOALS.get(size);
      return goal == null ? row : row.goal(new Goal.AtLeast(new Quantity(goal, Unit.TIMES)));
    } catch (BenchFailure e) {
      return Row.failed(what, String.valueOf(e.getMessage()));
    }
  }

  /** What one run told. */
  private record One(double seconds, double realSeconds, double events) {}

  private One simulate(int size, int seconds, List<String> more) throws Exception {
    List<String> command = new ArrayList<>(List.of(distribution.launcher(), "sim", "--json"));
    command.addAll(List.of("--agents", Integer.toString(size), "--seed", Long.toString(seed)));
    command.addAll(List.of("--faults", "none", "--time", seconds + "s"));
    command.addAll(more);
    Run run = Run.of(command, Map.of(), LIMIT).orFail("nefele sim");
    Simulated simulated = Simulated.parse(run.output());
    return new One(simulated.get("simulatedSeconds"), run.nanos() / 1e9, simulated.get("events"));
  }
}
