package io.nefele.bench;

import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.fabric.Run;
import io.nefele.bench.fabric.SyntheticInits;
import io.nefele.bench.report.Goal;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Samples;
import io.nefele.bench.report.Section;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nefele bench ps}. */
@Command(name = "ps", description = "Listing processes in a large fabric, from any agent.")
final class PsCommand extends BenchCommand {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final Duration SPREAD_LIMIT = Duration.ofSeconds(120);
  private static final Duration PROCPS_LIMIT = Duration.ofSeconds(10);
  private static final int LARGEST_GANG = 500;
  private static final int TENANT_ROWS = 2_000;
  private static final Name OF_BIRTHS = new Name("newborn");
  private static final Quantity MEDIAN_GOAL = Quantity.nanos(50_000_000);
  private static final Quantity BIRTH_GOAL = Quantity.nanos(20_000_000);
  private static final double ROWS_A_SECOND_GOAL = 500_000;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Queries of one tenant's at each agent, of all, and births (default: 50).")
  private int count = 50;

  @Option(names = "--agents", paramLabel = "N", description = "Agents (default: 32).")
  private int agents = 32;

  @Option(
      names = "--processes",
      paramLabel = "N",
      description = "Real processes, all of one tenant (default: 2000).")
  private int processes = TENANT_ROWS;

  @Option(
      names = "--synthetic",
      paramLabel = "N",
      description =
          "Processes besides that agents take for real, and that nobody has started, of other"
              + " tenants with 2000 each (default: 98000).")
  private int synthetic = 98_000;

  /** Answers that named somebody as missing. */
  private int incomplete;

  @Override
  protected String title() {
    return "ps";
  }

  @Override
  protected void check() {
    require(count >= 10, "--count is 10 or more, not " + count);
    require(agents >= 1 && agents <= 100, "--agents is 1 to 100, not " + agents);
    require(processes >= 1 && processes <= 5000, "--processes is 1 to 5000, not " + processes);
    require(
        synthetic >= 0 && synthetic <= 1_000_000 && synthetic % TENANT_ROWS == 0,
        "--synthetic is 0 to 1000000 in thousands that two divides, not " + synthetic);
  }

  @Override
  protected List<Section> measure(Distribution distribution) throws Exception {
    progress(agents + " agents");
    List<Row> rows = new ArrayList<>();
    try (SyntheticInits inits = new SyntheticInits();
        BenchFabric fabric = BenchFabric.up(distribution, agents)) {
      List<Nefele> clients = new ArrayList<>();
      for (int agent = 1; agent <= agents; agent++) {
        clients.add(fabric.client(agent));
      }
      Nefele first = clients.getFirst();
      progress(processes + " processes");
      spawn(first, processes);
      String home = first.ps(false, DEADLINE).rows().getFirst().tenant();
      for (int number = 0; number < synthetic / TENANT_ROWS; number++) {
        progress("synthetic processes, " + number * TENANT_ROWS + " so far");
        Name tenant = new Name("synthetic-" + number);
        inits.standInFor(tenant, fabric);
        Nefele client = clients.get(number % agents);
        client.decide(new Request.CreateTenant(tenant.text(), 0, 0, 0));
        spawn(client.as(tenant.text()), TENANT_ROWS);
      }
      first.decide(new Request.CreateTenant(OF_BIRTHS.text(), 0, 0, 0));
      List<Nefele> ofHome = clients.stream().map(client -> client.as(home)).toList();
      for (Nefele client : clients) {
        awaitAll(client, processes + synthetic);
      }
      rows.addAll(ofOneTenant(ofHome));
      rows.addAll(ofAll(clients));
      rows.add(births(clients));
      rows.add(Row.of("answers that named an agent as missing", Quantity.count(incomplete)));
    }
    return List.of(
        new Section(
            "ps through libnefele",
            "A fabric of "
                + agents
                + " agents with "
                + processes
                + " real processes of one tenant and "
                + synthetic
                + " synthetic ones, "
                + TENANT_ROWS
                + " of each of the others: for those a stand-in for the init says that they run,"
                + " and all else is as always. An answer that names an"
                + " agent as missing, as one that changes its group, is not counted; any other has"
                + " all rows.",
            rows));
  }

  private static void spawn(Nefele client, int number) throws NefeleException {
    for (int left = number; left > 0; left -= LARGEST_GANG) {
      client.spawn(Spawns.of(Math.min(LARGEST_GANG, left), "/bin/sleep", "3600"));
    }
  }

  private List<Row> ofOneTenant(List<Nefele> clients) throws Exception {
    Samples all = new Samples();
    Quantity slowest = Quantity.nanos(1);
    for (Nefele client : clients) {
      progress("one tenant's, agent " + (clients.indexOf(client) + 1));
      Samples here = new Samples();
      for (int i = 0; i < 2 * count; i++) {
        long begin = System.nanoTime();
        boolean complete = query(client, processes);
        long nanos = System.nanoTime() - begin;
        // The first ones are to warm up.
        if (i >= count && complete) {
          here.addNanos(nanos);
          all.addNanos(nanos);
        }
      }
      if (here.median().value() > slowest.value()) {
        slowest = here.median();
      }
    }
    return List.of(
        all.row("one tenant's " + processes + " rows, asked at each agent", 99)
            .goal(new Goal.AtMost(MEDIAN_GOAL)),
        Row.of("the same, p99", all.percentile(99))
            .goal(new Goal.AtMost(Quantity.nanos(200_000_000))),
        Row.of("the same, median at the slowest agent", slowest)
            .goal(new Goal.AtMost(MEDIAN_GOAL)));
  }

  private List<Row> ofAll(List<Nefele> clients) throws Exception {
    int size = processes + synthetic;
    Samples samples = new Samples();
    for (int i = 0; i < 2 * count; i++) {
      progress("all rows, " + i + " of " + 2 * count);
      Nefele client = clients.get(i % Math.min(3, agents));
      long begin = System.nanoTime();
      // The first ones are to warm up.
      if (query(client, size) && i >= count) {
        samples.addNanos(System.nanoTime() - begin);
      }
    }
    List<String> procps = List.of("ps", "-eo", "pid,user,stat,lstart,args");
    Run.of(procps, Map.of(), PROCPS_LIMIT);
    Run warm = Run.of(procps, Map.of(), PROCPS_LIMIT).orFail("ps");
    long seen = warm.output().lines().count() - 1;
    Quantity beside = Quantity.perSecond(seen * 1e9 / warm.nanos());
    double micros = samples.median().value();
    return List.of(
        Row.of("procps `ps -e`, " + seen + " processes of this machine", beside),
        samples
            .row("all " + size + " rows, asked at one of three agents", 90)
            .goal(new Goal.AtMost(Quantity.nanos(size * 1e9 / ROWS_A_SECOND_GOAL))),
        Row.of("the same, rows", Quantity.perSecond(size * 1e6 / micros)).beside("procps", beside));
  }

  /** From the request for a process until an agent of another group has shown it. */
  private Row births(List<Nefele> clients) throws Exception {
    progress("births");
    Nefele spawner = clients.getFirst().as(OF_BIRTHS.text());
    Nefele observer = clients.get(strangerToFirst(clients.getFirst()) - 1).as(OF_BIRTHS.text());
    Samples samples = new Samples();
    for (int i = 1; i <= 2 * count; i++) {
      ProcessId born = spawner.spawn(Spawns.of(1, "/bin/sleep", "3600")).getFirst();
      long begin = System.nanoTime();
      while (observer.ps(false, DEADLINE).rows().stream().noneMatch(row -> row.id().equals(born))) {
        LockSupport.parkNanos(100_000);
      }
      if (i > count) {
        samples.addNanos(System.nanoTime() - begin);
      }
    }
    return samples
        .row("birth told until seen in another group", 99)
        .goal(new Goal.AtMost(BIRTH_GOAL));
  }

  /** The first agent that is not in the first one's group; the first itself if there is none. */
  private static int strangerToFirst(Nefele client) throws NefeleException {
    SortedMap<Integer, String> groups = new TreeMap<>();
    client.agents().forEach(agent -> groups.put(agent.number(), agent.group()));
    return groups.entrySet().stream()
        .filter(agent -> !agent.getValue().equals(groups.get(1)))
        .findFirst()
        .map(Map.Entry::getKey)
        .orElse(1);
  }

  private static void awaitAll(Nefele client, int size) throws Exception {
    long deadline = System.nanoTime() + SPREAD_LIMIT.toNanos();
    int seen = client.ps(false, DEADLINE).rows().size();
    while (seen != size) {
      if (System.nanoTime() > deadline) {
        throw new BenchFailure("an agent knows " + seen + " of " + size + " rows after 2 minutes");
      }
      LockSupport.parkNanos(100_000_000);
      seen = client.ps(false, DEADLINE).rows().size();
    }
  }

  /**
   * Asks for all rows.
   *
   * @return whether nobody was named as missing: an agent that changes its group may be
   */
  private boolean query(Nefele client, int size) throws Exception {
    Response.Processes answer = client.ps(false, DEADLINE);
    if (!answer.missing().isEmpty()) {
      incomplete++;
      return false;
    }
    if (answer.rows().size() != size) {
      throw new BenchFailure(
          "ps gave " + answer.rows().size() + " of " + size + " rows, and named nobody as missing");
    }
    return true;
  }
}
