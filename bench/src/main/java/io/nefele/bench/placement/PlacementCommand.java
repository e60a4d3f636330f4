package io.nefele.bench.placement;

import com.google.common.collect.Lists;
import io.nefele.bench.BenchCommand;
import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.floor.PosixSpawnFloor;
import io.nefele.bench.report.Goal;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Samples;
import io.nefele.bench.report.Section;
import io.nefele.bench.report.Unit;
import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.placement.ServerFacts;
import io.nefele.wire.ProcessSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nefele bench placement}. */
@Command(
    name = "placement",
    description = "How well servers are filled by offers, and how quickly that is decided.")
public final class PlacementCommand extends BenchCommand {
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Duration END_LIMIT = Duration.ofSeconds(60);
  private static final Quantity GOAL = Quantity.nanos(2e6);
  private static final int SIGKILL = 9;
  private static final int THOUSAND = 1000;
  private static final int ENDED_AT_ONCE = 100;
  private static final int THOUSANDS = 10;
  private static final int THOUSANDS_TO_WARM_UP = 5;
  private static final double GOAL_TIMES_PURE = 2;
  private static final double GOAL_SHARE_OF_BEST_FIT = 0.98;

  @Option(
      names = "--servers",
      paramLabel = "N",
      description = "Simulated servers, a multiple of 16 (default: 1024).")
  private int servers = 1024;

  @Option(names = "--seed", paramLabel = "S", description = "Of the workload (default: 1).")
  private long seed = 1;

  @Option(
      names = "--fills",
      paramLabel = "N",
      description = "How often servers are filled, with a seed more each time (default: 6).")
  private int fills = 6;

  @Option(
      names = "--gangs",
      paramLabel = "N",
      description = "Gangs asked for at each load (default: 20).")
  private int gangs = 20;

  @Option(
      names = "--agents",
      paramLabel = "N",
      description = "Real agents of one group; 0 leaves them out (default: 5).")
  private int agents = 5;

  @Option(
      names = "--decisions",
      paramLabel = "N",
      description = "Decisions of real agents (default: 500).")
  private int decisions = 500;

  @Option(
      names = "--spread-agents",
      paramLabel = "N",
      description =
          "Real agents that 1,000 processes are spawned over, and that are all asked at once; 0:"
              + " none (default: 16).")
  private int spreadAgents = 16;

  @Override
  protected String title() {
    return "Placement";
  }

  @Override
  protected void check() {
    require(
        servers >= 32 && servers % Fleet.GROUP == 0,
        "--servers is a multiple of 16 from 32, not " + servers);
    require(fills >= 1, "--fills is 1 or more, not " + fills);
    require(gangs >= 1, "--gangs is 1 or more, not " + gangs);
    require(
        agents >= 0 && agents <= 100 && spreadAgents >= 0 && spreadAgents <= 100,
        "--agents and --spread-agents are 0 to 100");
    require(decisions >= 1, "--decisions is 1 or more, not " + decisions);
  }

  @Override
  protected List<Section> measure(Distribution distribution) throws Exception {
    List<Section> sections = new ArrayList<>();
    for (ServerFacts.Policy policy : ServerFacts.Policy.values()) {
      progress(servers + " simulated servers, policy " + policy);
      sections.add(quality(policy));
    }
    if (agents > 0) {
      progress(agents + " agents: decisions");
      try (BenchFabric fabric = BenchFabric.up(distribution, agents)) {
        sections.add(latency(fabric));
      }
    }
    if (spreadAgents > 0) {
      progress(spreadAgents + " agents: 1,000 processes");
      try (BenchFabric fabric = BenchFabric.up(distribution, spreadAgents)) {
        sections.add(thousand(fabric, PosixSpawnFloor.measure(THOUSAND)));
        sections.add(new Rates(fabric, this::progress).measure());
      }
    }
    return sections;
  }

  private Section quality(ServerFacts.Policy policy) {
    Quality quality = new Quality(servers, seed, policy);
    Mean first = new Mean();
    Mean many = new Mean();
    for (int fill = 0; fill < fills; fill++) {
      Quality one = fill == 0 ? quality : new Quality(servers, seed + fill, policy);
      Quality.Filled offers = one.byOffers();
      Quality.Filled best = one.byBestFit();
      first.add(offers.atFirstRefusal(), best.atFirstRefusal());
      many.add(offers.atManyRefusals(), best.atManyRefusals());
    }
    List<Row> rows = new ArrayList<>();
    rows.add(first.row("used at the first refusal, mean"));
    rows.add(many.row("used when 2 % were refused, mean"));
    rows.add(
        Row.of(
                "agents contacted for a decision, mean",
                new Quantity(quality.contactedMean(), Unit.COUNT))
            .detail("p99", Quantity.count(quality.contactedPercentile(99)))
            .detail("n", Quantity.count(quality.decisions())));
    rows.add(Row.of("decisions begun anew", Quantity.percent(quality.conflictPercent())));
    for (int load : List.of(80, 90, 95)) {
      progress("gangs at " + load + " %");
      rows.add(gangs(quality.gangs(load, gangs), load));
    }
    return new Section(
        servers
            + " simulated servers, policy "
            + policy.name().toLowerCase(Locale.ROOT)
            + ", seed "
            + seed,
        "The agents' own placement cores in virtual time: groups of 16, messages of 0.1 to 0.4 ms,"
            + " processes made in 1 to 3 ms, 2,000 requests a second at random servers, what is"
            + " known of other groups up to 5 s old. Servers and requests have the shape of"
            + " Google's cluster of 2011 (Reiss et al., SoCC 2012, table 1 for the servers; sizes"
            + " of requests are drawn, not replayed). Beside them, the same requests put by one who"
            + " knows all, each at once, where least is left over. Used is the share of the"
            + " scarcer of cpu and memory. A gang is 64 processes of 1/64 of the largest server and"
            + " 4 of 1/8; whoever knows all is asked with the servers as they are at that moment.",
        rows);
  }

  /** How full servers were, filled by offers and by who knows all, over several fills. */
  private static final class Mean {
    private double offers;
    private double best;
    private double least = Double.MAX_VALUE;
    private double most;
    private int count;

    void add(double byOffers, double byBestFit) {
      offers += byOffers;
      best += byBestFit;
      least = Math.min(least, byOffers / byBestFit);
      most = Math.max(most, byOffers / byBestFit);
      count++;
    }

    Row row(String what) {
      return Row.of(what, Quantity.percent(offers / count))
          .detail("least ratio", new Quantity(least, Unit.TIMES))
          .detail("greatest", new Quantity(most, Unit.TIMES))
          .detail("n", Quantity.count(count))
          .beside("omniscient best fit", Quantity.percent(best / count))
          .goal(new Goal.AtLeastTimes(GOAL_SHARE_OF_BEST_FIT));
    }
  }

  private static Row gangs(Quality.Gangs found, int load) {
    double percent = 100.0 / found.asked();
    Quantity best = Quantity.percent(percent * found.byBestFit());
    Row row =
        Row.of(
            "gangs placed at a load of " + load + " %",
            Quantity.percent(percent * found.byOffers()));
    return found.byBestFit() == 0
        ? row.detail("omniscient best fit", best)
        : row.beside("omniscient best fit", best);
  }

  private Section latency(BenchFabric fabric) throws Exception {
    Nefele client = fabric.client(1);
    List<Row> rows = new ArrayList<>();
    for (int size : List.of(1, 5)) {
      Samples samples = new Samples();
      for (int i = 0; i < 2 * decisions; i++) {
        List<ProcessId> processes = client.spawn(small(size, "/bin/true"));
        long micros = client.explain(Optional.empty(), DEADLINE).placing().tookMicros();
        // The first half warms up.
        if (i >= decisions) {
          samples.addNanos(micros * 1000);
        }
        for (ProcessId process : processes) {
          client.await(process, END_LIMIT);
        }
      }
      String what = size == 1 ? "decision on 1 process" : "decision on " + size + " processes";
      rows.add(samples.row(what, 99).goal(new Goal.AtMost(GOAL)));
    }
    return new Section(
        "A group of " + fabric.agents() + " real agents",
        "From the request's arrival in the agent to the choice among all offers, as `nefele explain"
            + " --json` tells it. One process stays at home while home is idle and asks nobody"
            + " else; five ask the whole group.",
        rows);
  }

  private Section thousand(BenchFabric fabric, PosixSpawnFloor floor) throws Exception {
    Nefele client = fabric.client(1);
    Samples samples = new Samples();
    for (int run = 0; run < THOUSANDS; run++) {
      long begin = System.nanoTime();
      List<ProcessId> processes = client.spawn(small(THOUSAND, "/bin/sleep", "600"));
      if (run >= THOUSANDS_TO_WARM_UP) {
        samples.addNanos(System.nanoTime() - begin);
      }
      // What ends all at once keeps the agents of one machine from answering in time.
      for (List<ProcessId> some : Lists.partition(processes, ENDED_AT_ONCE)) {
        client.signal(some, SIGKILL);
        for (ProcessId process : some) {
          client.await(process, END_LIMIT);
        }
      }
    }
    double cores = Runtime.getRuntime().availableProcessors();
    Quantity pure = floor.toExitMedian();
    Quantity shared = new Quantity(pure.value() * THOUSAND / cores, pure.unit());
    return new Section(
        "1,000 processes at once over " + fabric.agents() + " real agents",
        "`sleep 600`, all or none, call to answer, after "
            + THOUSANDS_TO_WARM_UP
            + " to warm up; all agents on this one"
            + " machine. Beside it 1,000 times what a `posix_spawn` of `/bin/true` takes to its exit,"
            + " over the cores.",
        List.of(
            samples
                .row("n_spawn of 1,000", 99)
                .beside("pure spawns over the cores", shared)
                .goal(new Goal.AtMostTimes(GOAL_TIMES_PURE))));
  }

  private static ProcessSpec small(int count, String... command) {
    return ProcessSpec.of(List.of(command)).count(count).cpuMillis(1).memoryBytes(1 << 20).build();
  }
}
