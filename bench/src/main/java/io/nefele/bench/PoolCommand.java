package io.nefele.bench;

import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.report.Goal;
import io.nefele.bench.report.Samples;
import io.nefele.bench.report.Section;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ProcessSpec;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nefele bench pool}. */
@Command(name = "pool", description = "Calls to pools that grow and shrink, warm and cold.")
final class PoolCommand extends BenchCommand {
  private static final double GOAL_TIMES_CALL = 2;
  private static final double GOAL_TIMES_SPAWN = 3;
  private static final int MOST = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration IDLE = Duration.ofMinutes(10);

  /** Answers each message with itself. */
  private static final String WORKER =
      "import nefele\n"
          + "with nefele.connect() as fabric, fabric.mailbox() as mailbox:\n"
          + "    for message in mailbox:\n"
          + "        fabric.send(message.from_, message.payload)\n";

  @Option(names = "--count", paramLabel = "N", description = "Warm calls of each (default: 1000).")
  private int count = 1000;

  @Option(names = "--cold", paramLabel = "N", description = "Cold calls (default: 20).")
  private int cold = 20;

  @Option(names = "--agents", paramLabel = "N", description = "Agents (default: 3).")
  private int agents = 3;

  @Override
  protected String title() {
    return "Pools";
  }

  @Override
  protected void check() {
    require(count >= 10, "--count is 10 or more, not " + count);
    require(cold >= 1, "--cold is 1 or more, not " + cold);
    require(agents >= 1 && agents <= 100, "--agents is 1 to 100, not " + agents);
  }

  @Override
  protected List<Section> measure(Distribution distribution) throws Exception {
    ProcessSpec worker =
        ProcessSpec.of(List.of("python3", "-c", WORKER))
            .environment(List.of("PYTHONPATH=" + distribution.root().resolve("lib/python")))
            .workingDirectory("/")
            .build();
    try (BenchFabric fabric = BenchFabric.up(distribution, agents)) {
      Nefele client = fabric.client(1);
      progress("warm calls");
      client.pools().put("pool", 0, MOST, IDLE, worker);
      call(client, "pool");
      List<ProcessId> plain =
          client.spawn(
              worker.toBuilder().name("plain").constraints(List.of("affinity pool")).build());
      Samples pool = new Samples();
      Samples call = new Samples();
      for (int i = 0; i < 2 * count; i++) {
        // In turns: what becomes faster meanwhile becomes so for both.
        boolean warm = i >= count;
        measure(client, "plain", warm ? call : new Samples());
        measure(client, "pool", warm ? pool : new Samples());
      }
      Spawns.kill(client, plain);
      client.pools().remove("pool");
      progress("cold calls");
      Samples spawned = new Samples();
      Samples started = new Samples();
      for (int i = 0; i < cold; i++) {
        spawnAndCall(client, worker, "spawned-" + i, spawned);
        callCold(client, worker, "cold-" + i, started);
      }
      return List.of(
          new Section(
              "Calls",
              "A worker in Python that answers each message with itself, called through libnefele"
                  + " from one of "
                  + agents
                  + " agents. Warm: "
                  + count
                  + " calls of each in turns after as many before, to processes on one server. Cold: a call to a pool of which no process"
                  + " runs; beside it a spawn of the same program by hand, until it has"
                  + " answered its first call; "
                  + cold
                  + " of each.",
              List.of(
                  call.row("call to a process by name", 99),
                  pool.row("call to a warm pool", 99)
                      .beside("call to a process", call.median())
                      .goal(new Goal.AtMostTimes(GOAL_TIMES_CALL)),
                  spawned.row("spawn, until the first answer", 90),
                  started
                      .row("call to a cold pool", 90)
                      .beside("spawn, until the first answer", spawned.median())
                      .goal(new Goal.AtMostTimes(GOAL_TIMES_SPAWN)))));
    }
  }

  private static void measure(Nefele client, String name, Samples samples) throws Exception {
    samples.time(() -> call(client, name));
  }

  private static void spawnAndCall(Nefele client, ProcessSpec worker, String name, Samples samples)
      throws Exception {
    long begin = System.nanoTime();
    List<ProcessId> processes = client.spawn(worker.toBuilder().name(name).build());
    call(client, name);
    samples.addNanos(System.nanoTime() - begin);
    Spawns.kill(client, processes);
  }

  private static void callCold(Nefele client, ProcessSpec worker, String name, Samples samples)
      throws Exception {
    client.pools().put(name, 0, MOST, IDLE, worker);
    long begin = System.nanoTime();
    call(client, name);
    samples.addNanos(System.nanoTime() - begin);
    client.pools().remove(name);
  }

  private static void call(Nefele client, String name) throws NefeleException {
    client.call(name, Bytes.utf8("question"), PATIENCE);
  }
}
