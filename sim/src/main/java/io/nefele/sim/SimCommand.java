package io.nefele.sim;

import io.nefele.core.Name;
import io.nefele.hierarchy.HierarchyConfig;
import io.nefele.sim.check.Sometimes;
import io.nefele.sim.model.FederationFigures;
import io.nefele.sim.model.TableFigures;
import io.nefele.sim.mutant.Mutant;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.sim.plan.FaultProfile;
import io.nefele.sim.plan.PlanText;
import io.nefele.sim.plan.Shrinker;
import io.nefele.sim.world.CoreFactory;
import io.nefele.sim.world.Watcher;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nefele sim}: one run, many seeds, a saved plan, or all mutants. */
@Command(
    name = "nefele sim",
    description = {
      "Runs a fabric of agents in virtual time, with faults and invariants.",
      "The same seed and options give the same run, to the byte."
    },
    footer = {
      "",
      "Fault profiles:",
      "  none     nothing goes wrong",
      "  mild     a little loss, rare crashes and pauses",
      "  rough    crashes, cuts, slow agents, drifting clocks, bad links",
      "  chaos    everything at once, whole racks too",
      "  churn    agents join, leave and restart all the time",
      "  gentle   5 %% loss, a tenth of the agents paused for 5 s at a time",
      "  flapping links break and mend every few seconds, one way and both",
      "  lone     one agent crashes at a time, with time to heal",
      "  halves   the agents are cut into two halves, with time to heal",
      "  sluggish half of the agents start slowly, and agents are slow for a while",
      "",
      "Exit codes: 0 all invariants held, 1 one did not (or a mutant got away), 2 wrong usage."
    },
    mixinStandardHelpOptions = true)
final class SimCommand implements Callable<Integer> {
  private static final int SHRINK_TRIES = 300;
  private static final int SMALL_FABRIC = 24;
  private static final int TABLE_PROCESSES = 100;
  private static final int CRASHES = 12;
  private static final Name SECOND_SERVICE = new Name("second");
  private static final int CHURN_MAX_AGENTS = 10_000;

  /** A run of so many seeds has to catch the canary first and, in chaos, to see all there is. */
  private static final int LONG_RUN_SEEDS = 100;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--agents",
      paramLabel = "N",
      description = "how many agents (default: ${DEFAULT-VALUE})")
  private int agents = 16;

  @Option(names = "--seed", paramLabel = "S", description = "the seed (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @Option(names = "--seeds", paramLabel = "A..B", description = "all seeds from A to B")
  private @Nullable String seeds;

  @Option(
      names = "--time",
      paramLabel = "D",
      description = "how long faults may happen, as in 90s, 10m, 2h (default: ${DEFAULT-VALUE})")
  private String time = "60s";

  @Option(
      names = "--faults",
      paramLabel = "PROFILE",
      description =
          "none, mild, rough, chaos, churn, gentle, flapping, lone, halves or sluggish (default:"
              + " ${DEFAULT-VALUE})")
  private String faults = "rough";

  @Option(
      names = "--k",
      paramLabel = "K",
      description = "least size of a group (default: 3 below 24 agents, else 8)")
  private int k;

  @Option(
      names = "--second-service",
      paramLabel = "K",
      description = "agents take part in a second service, too, in groups of K to 3K-1")
  private int secondService;

  @Option(names = "--gossip-only", description = "simulate membership alone")
  private boolean gossipOnly;

  @Option(
      names = "--hierarchy-only",
      description =
          "model the federation alone: rounds to one top, messages, regrouping after crashes,"
              + " churn")
  private boolean hierarchyOnly;

  @Option(names = "--plan", paramLabel = "FILE", description = "run the fault plan in FILE")
  private @Nullable Path plan;

  @Option(
      names = "--save-plan",
      paramLabel = "FILE",
      description =
          "write the fault plan that is run to FILE; if it breaks an invariant, the shrunk one"
              + " (default for that: nefele-sim-SEED.plan)")
  private @Nullable Path savePlan;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "write trace events for Perfetto to FILE")
  private @Nullable Path trace;

  @Option(
      names = "--spread",
      description = "measure how fast and at what cost membership spreads; --time: under loss")
  private boolean spread;

  @Option(
      names = "--tables",
      description =
          "measure what the process table costs and how soon it knows, 100 processes each")
  private boolean tables;

  @Option(names = "--mutants", description = "run all mutants and show what noticed them")
  private boolean mutants;

  @Option(
      names = "--mutant",
      paramLabel = "NAME",
      description = "run agents that are wrong in this way")
  private @Nullable String mutant;

  @Option(names = "--json", description = "print one JSON object a line")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Report report = new Report(out(), json);
    if (mutants) {
      return huntAll(report);
    }
    if (secondService != 0 && (secondService < 2 || secondService > 64 || gossipOnly)) {
      throw usage("--second-service is 2 to 64, and not with --gossip-only: " + secondService);
    }
    if (hierarchyOnly) {
      report.federation(
          FederationFigures.of(agents, leastGroup(), seed, CRASHES, agents <= CHURN_MAX_AGENTS));
      return 0;
    }
    if (tables) {
      checkAgents();
      report.tables(TableFigures.of(seed, agents, TABLE_PROCESSES));
      return 0;
    }
    if (plan != null) {
      return runOne(report, readPlan(plan)) ? 0 : 1;
    }
    FaultProfile profile = profile();
    Duration safety = duration(time);
    if (spread) {
      checkAgents();
      report.spread(new Spread(seed, agents, safety).measure());
      return 0;
    }
    long[] range = seeds == null ? new long[] {seed, seed} : range(seeds);
    if (isLong(range) && canaryGotAway(report)) {
      return 1;
    }
    Sometimes all = new Sometimes();
    for (long s = range[0]; s <= range[1]; s++) {
      FaultPlan made = made(profile, s, safety);
      Outcome outcome = runTraced(made);
      report.outcome(outcome);
      all.addAll(outcome.sometimes());
      if (outcome.violation().isPresent()) {
        fail(report, outcome);
        return 1;
      }
    }
    return sawEverything(report, profile, range, all) ? 0 : 1;
  }

  private boolean sawEverything(Report report, FaultProfile profile, long[] range, Sometimes all) {
    boolean longRun = isLong(range) && profile == FaultProfile.CHAOS && !gossipOnly;
    if (range[1] > range[0]) {
      report.sometimes(all);
    }
    return !longRun || all.missing().isEmpty();
  }

  private static boolean isLong(long[] range) {
    return range[1] - range[0] + 1 >= LONG_RUN_SEEDS;
  }

  /** A long run proves nothing if the invariants would not notice a dead agent. */
  private static boolean canaryGotAway(Report report) {
    MutantTable.Row canary = MutantTable.hunt(Mutant.canary());
    report.mutant(canary);
    return !canary.caught();
  }

  private boolean runOne(Report report, FaultPlan one) throws IOException {
    Outcome outcome = runTraced(one);
    report.outcome(outcome);
    if (outcome.violation().isPresent()) {
      fail(report, outcome);
      return false;
    }
    return true;
  }

  private Outcome runTraced(FaultPlan one) throws IOException {
    if (savePlan != null) {
      Files.writeString(savePlan, PlanText.write(one));
    }
    if (trace == null) {
      return simulation(one, List.of()).run();
    }
    Simulation[] running = new Simulation[1];
    try (TraceFile file = new TraceFile(trace, () -> running[0].nowNanos())) {
      running[0] = simulation(one, List.of(file));
      return running[0].run();
    }
  }

  private void fail(Report report, Outcome outcome) throws IOException {
    String invariant = outcome.violation().orElseThrow().invariant();
    FaultPlan small =
        new Shrinker(
                smaller ->
                    simulation(smaller, List.of())
                        .run()
                        .violation()
                        .filter(v -> v.invariant().equals(invariant))
                        .isPresent(),
                SHRINK_TRIES)
            .shrink(outcome.plan());
    Path file =
        savePlan != null ? savePlan : Path.of("nefele-sim-" + outcome.plan().seed() + ".plan");
    Files.writeString(file, PlanText.write(small));
    report.failure(simulation(small, List.of()).run(), small, replay(file));
  }

  private String replay(Path file) {
    return "nefele sim --plan "
        + file
        + (gossipOnly ? " --gossip-only" : "")
        + (secondService == 0 ? "" : " --second-service " + secondService)
        + (mutant == null ? "" : " --mutant " + mutant);
  }

  private Simulation simulation(FaultPlan one, List<Watcher> more) {
    Optional<HierarchyConfig> second =
        secondService == 0
            ? Optional.empty()
            : Optional.of(new HierarchyConfig(SECOND_SERVICE, secondService));
    return new Simulation(one, factory(second), !gossipOnly, more, second);
  }

  private CoreFactory factory(Optional<HierarchyConfig> second) {
    if (mutant != null) {
      String name = mutant.toUpperCase(Locale.ROOT).replace('-', '_');
      return Arrays.stream(Mutant.values())
          .filter(m -> m.name().equals(name))
          .findFirst()
          .orElseThrow(() -> usage("no mutant is called '" + mutant + "'; --mutants lists them"))
          .factory();
    }
    return second
        .map(Cores::withSecondService)
        .orElseGet((gossipOnly ? Cores.GOSSIP : Cores.AGENT)::factory);
  }

  private int huntAll(Report report) {
    boolean all = true;
    for (Mutant one : Mutant.values()) {
      MutantTable.Row row = MutantTable.hunt(one);
      report.mutant(row);
      all &= row.caught();
    }
    return all ? 0 : 1;
  }

  private FaultPlan made(FaultProfile profile, long s, Duration safety) {
    FaultPlan made = profile.plan(s, agents, leastGroup(), safety);
    return gossipOnly ? made.withWorkload(0, 0) : made;
  }

  private int leastGroup() {
    checkAgents();
    int least = k != 0 ? k : agents < SMALL_FABRIC ? 3 : 8;
    if (least < 2 || least > 64) {
      throw usage("--k is 2 to 64: " + least);
    }
    return least;
  }

  private void checkAgents() {
    if (agents < 1 || agents > 100_000) {
      throw usage("--agents is 1 to 100000: " + agents);
    }
  }

  private FaultProfile profile() {
    return Arrays.stream(FaultProfile.values())
        .filter(p -> p.name().toLowerCase(Locale.ROOT).equals(faults))
        .findFirst()
        .orElseThrow(
            () ->
                usage(
                    "no fault profile is called '"
                        + faults
                        + "'; there are "
                        + Arrays.stream(FaultProfile.values())
                            .map(p -> p.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "))));
  }

  private FaultPlan readPlan(Path file) {
    try {
      return PlanText.read(Files.readString(file));
    } catch (IOException e) {
      throw usage("the plan " + file + " can't be read");
    } catch (PlanText.NoPlan e) {
      throw usage(file + ": " + e.getMessage());
    }
  }

  private long[] range(String text) {
    String[] ends = text.split("\\.\\.", -1);
    try {
      long first = Long.parseLong(ends[0]);
      long last = Long.parseLong(ends[1]);
      if (ends.length == 2 && first <= last) {
        return new long[] {first, last};
      }
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      // Told below.
    }
    throw usage("seeds are given as A..B with A <= B, not '" + text + "'");
  }

  private Duration duration(String text) {
    Optional<Duration> parsed = Optional.empty();
    try {
      parsed = Optional.of(Duration.parse("PT" + text));
    } catch (java.time.format.DateTimeParseException e) {
      // Told below.
    }
    return parsed
        .filter(Duration::isPositive)
        .orElseThrow(() -> usage("a time is given as in 90s, 10m or 2h, not '" + text + "'"));
  }

  private PrintWriter out() {
    return java.util.Objects.requireNonNull(spec).commandLine().getOut();
  }

  private ParameterException usage(String message) {
    return new ParameterException(java.util.Objects.requireNonNull(spec).commandLine(), message);
  }
}
