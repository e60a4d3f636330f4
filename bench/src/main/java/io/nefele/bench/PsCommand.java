package io.nefele.bench;

import com.google.common.collect.Lists;
import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.floor.PingPong;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Samples;
import io.nefele.bench.report.Section;
import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nefele bench ps}. */
@Command(name = "ps", description = "Listing a tenant's processes from any agent.")
final class PsCommand extends BenchCommand {
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Duration SPREAD_LIMIT = Duration.ofSeconds(10);
  private static final int MESSAGE_BYTES = 100;
  private static final int LARGEST_GANG = 500;

  @Option(names = "--count", paramLabel = "N", description = "Queries of each (default: 500).")
  private int count = 500;

  @Option(names = "--agents", paramLabel = "N", description = "Agents (default: 5).")
  private int agents = 5;

  @Option(
      names = "--rows",
      paramLabel = "N",
      split = ",",
      description = "Processes of the tenant, ascending (default: 10,1000).")
  private List<Integer> sizes = List.of(10, 1000);

  @Override
  protected String title() {
    return "ps";
  }

  @Override
  protected void check() {
    require(count >= 10, "--count is 10 or more, not " + count);
    require(agents >= 1 && agents <= 100, "--agents is 1 to 100, not " + agents);
    require(
        sizes.stream().allMatch(size -> size >= 1 && size <= 5000)
            && sizes.stream().sorted().toList().equals(sizes),
        "--rows are 1 to 5000, ascending, not " + sizes);
  }

  @Override
  protected List<Section> measure(Distribution distribution) throws Exception {
    progress("floor");
    Quantity floor =
        PingPong.measure(distribution, PingPong.Carrier.UNIX, MESSAGE_BYTES, count * 10).median();
    List<Row> rows = new ArrayList<>();
    rows.add(Row.of("Unix socket ping-pong of " + MESSAGE_BYTES + " bytes", floor));
    try (BenchFabric fabric = BenchFabric.up(distribution, agents)) {
      Nefele spawner = fabric.client(1);
      List<ProcessId> running = new ArrayList<>();
      for (int size : sizes) {
        while (running.size() < size) {
          int gang = Math.min(LARGEST_GANG, size - running.size());
          running.addAll(spawner.spawn(Spawns.of(gang, "/bin/sleep", "3600")));
        }
        for (int agent = 1; agent <= agents; agent++) {
          progress(size + " rows, agent " + agent);
          rows.add(ps(fabric.client(agent), agent, size).beside("Unix socket ping-pong", floor));
        }
      }
      for (List<ProcessId> gang : Lists.partition(running, LARGEST_GANG)) {
        Spawns.kill(spawner, gang);
      }
    }
    return List.of(
        new Section(
            "ps through libnefele",
            "Processes spread over "
                + agents
                + " agents by the fabric's own placement; the query is asked at each agent, "
                + count
                + " times after as many to warm up. An answer counts only if it has all rows.",
            rows));
  }

  private Row ps(Nefele client, int agent, int size) throws Exception {
    Samples samples = new Samples();
    awaitAll(client, agent, size);
    for (int warmUp = 0; warmUp < count; warmUp++) {
      query(client, size);
    }
    for (int i = 0; i < count; i++) {
      samples.time(() -> query(client, size));
    }
    return samples.row(size + " rows, asked at agent " + agent, 99);
  }

  /** News of processes takes its time to the other agents. */
  private static void awaitAll(Nefele client, int agent, int size) throws Exception {
    long deadline = System.nanoTime() + SPREAD_LIMIT.toNanos();
    while (client.ps(false, DEADLINE).rows().size() != size) {
      if (System.nanoTime() > deadline) {
        throw new BenchFailure(
            "agent " + agent + " does not know all " + size + " rows after 10 s");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void query(Nefele client, int size) throws Exception {
    Response.Processes answer = client.ps(false, DEADLINE);
    if (answer.rows().size() != size || !answer.missing().isEmpty()) {
      throw new BenchFailure(
          "ps gave "
              + answer.rows().size()
              + " of "
              + size
              + " rows; missing: "
              + answer.missing());
    }
  }
}
