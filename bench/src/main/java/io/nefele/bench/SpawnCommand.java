package io.nefele.bench;

import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.floor.Crun;
import io.nefele.bench.floor.ErlangPorts;
import io.nefele.bench.floor.IsolatedSpawnFloor;
import io.nefele.bench.floor.PosixSpawnFloor;
import io.nefele.bench.floor.Sandbox;
import io.nefele.bench.report.Goal;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Samples;
import io.nefele.bench.report.Section;
import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nefele bench spawn}. */
@Command(name = "spawn", description = "Starting processes, beside posix_spawn.")
final class SpawnCommand extends BenchCommand {
  private static final String TRUE = "/bin/true";
  private static final double GOAL_TIMES_POSIX_SPAWN = 10;
  private static final double GOAL_TIMES_ISOLATED = 1.5;
  private static final Quantity GOAL_RATE = Quantity.perSecond(1000);
  private static final int WARM_UP = 8;
  private static final int IN_FLIGHT = 32;
  private static final int GANG_RUNS = 5;

  @Option(names = "--count", paramLabel = "N", description = "Spawns of each (default: 1000).")
  private int count = 1000;

  @Option(
      names = "--agents",
      paramLabel = "N",
      split = ",",
      description = "Sizes of the fabrics (default: 1,5).")
  private List<Integer> sizes = List.of(1, 5);

  @Option(
      names = "--gangs",
      paramLabel = "N",
      split = ",",
      description = "Processes of one all-or-none spawn (default: 10,100,1000).")
  private List<Integer> gangs = List.of(10, 100, 1000);

  @Override
  protected String title() {
    return "Spawn";
  }

  @Override
  protected void check() {
    require(count >= 10, "--count is 10 or more, not " + count);
    require(
        sizes.stream().allMatch(size -> size >= 1 && size <= 100),
        "--agents are 1 to 100, not " + sizes);
    require(
        gangs.stream().allMatch(gang -> gang >= 1 && gang <= 1000),
        "--gangs are 1 to 1000, not " + gangs);
  }

  @Override
  protected List<Section> measure(Distribution distribution) throws Exception {
    List<Section> sections = new ArrayList<>();
    progress("floors");
    PosixSpawnFloor floor = PosixSpawnFloor.measure(count);
    sections.add(floors(floor));
    Optional<IsolatedSpawnFloor> isolated = isolated(sections);
    for (int size : sizes) {
      try (BenchFabric fabric = BenchFabric.up(distribution, size)) {
        sections.add(section(fabric, floor, isolated));
      }
    }
    return sections;
  }

  private Section floors(PosixSpawnFloor floor) throws Exception {
    Samples call = new Samples();
    Samples toExit = new Samples();
    for (int i = 0; i < count; i++) {
      long begin = System.nanoTime();
      Process process = new ProcessBuilder(TRUE).start();
      call.addNanos(System.nanoTime() - begin);
      process.waitFor();
      toExit.addNanos(System.nanoTime() - begin);
    }
    List<Row> rows = new ArrayList<>();
    rows.addAll(
        List.of(
            Row.of("posix_spawn, call", floor.callMedian()).detail("p99", floor.callP99()),
            Row.of("posix_spawn, to exit", floor.toExitMedian()).detail("p99", floor.toExitP99()),
            Row.of("posix_spawn, one after another", floor.oneAfterAnother()),
            Row.of("posix_spawn, 32 alive at any time", floor.manyAtOnce()),
            call.row("ProcessBuilder, call", 99).beside("posix_spawn call", floor.callMedian()),
            toExit
                .row("ProcessBuilder, to exit", 99)
                .beside("posix_spawn to exit", floor.toExitMedian())));
    progress("Erlang's ports");
    ErlangPorts.toExit(TRUE, count)
        .ifPresent(
            samples ->
                rows.add(
                    samples
                        .row("a port of Erlang, to exit", 99)
                        .beside("posix_spawn to exit", floor.toExitMedian())));
    return new Section(
        "Without a fabric",
        "`posix_spawn` of `/bin/true` from a small C program, `ProcessBuilder.start` from the JVM of"
            + " this benchmark, and a port of Erlang where that is installed; "
            + count
            + " of each, one after another.",
        rows);
  }

  /** Where it can be measured: what others take for a process that is kept apart. */
  private Optional<IsolatedSpawnFloor> isolated(List<Section> sections) throws Exception {
    IsolatedSpawnFloor floor;
    try {
      floor = IsolatedSpawnFloor.measure(count);
    } catch (BenchFailure e) {
      progress("no floor for isolated processes: " + e.getMessage());
      return Optional.empty();
    }
    List<Row> rows = new ArrayList<>();
    rows.add(Row.of("C, call", floor.callMedian()).detail("p99", floor.callP99()));
    rows.add(Row.of("C, to exit", floor.toExitMedian()).detail("p99", floor.toExitP99()));
    for (Sandbox sandbox : Sandbox.values()) {
      progress(sandbox.program());
      sandbox
          .toExit(Math.max(1, count / 10))
          .ifPresent(
              samples ->
                  rows.add(
                      samples
                          .row(sandbox.program() + ", to exit", 99)
                          .beside("C, to exit", floor.toExitMedian())));
    }
    progress("crun");
    Crun.toExit(TRUE, Math.max(1, count / 10))
        .ifPresent(
            samples ->
                rows.add(
                    samples
                        .row("crun, without cgroups, to exit", 99)
                        .beside("C, to exit", floor.toExitMedian())));
    sections.add(
        new Section(
            "Kept apart, without a fabric",
            "`/bin/true` by a small C program, in namespaces that stand already and cgroups of its"
                + " own; and by programs, as far as they are installed, that make namespaces for"
                + " each process.",
            rows));
    return Optional.of(floor);
  }

  private Section section(
      BenchFabric fabric, PosixSpawnFloor floor, Optional<IsolatedSpawnFloor> isolated)
      throws Exception {
    Nefele client = fabric.client(1);
    List<Row> rows = new ArrayList<>();
    progress("a fabric of " + fabric.agents() + ": one after another");
    OneByOne first = OneByOne.of(client, count);
    OneByOne.of(client, WARM_UP * count - count);
    rows.addAll(oneByOne(OneByOne.of(client, count), floor, isolated));
    rows.add(
        first
            .answer()
            .row("spawn -n 1, call to answer, by an agent that has just been started", 99)
            .beside("posix_spawn call", floor.callMedian()));
    for (int gang : gangs) {
      progress("a fabric of " + fabric.agents() + ": " + gang + " at once");
      rows.add(gang(client, gang, floor));
    }
    progress("a fabric of " + fabric.agents() + ": many in flight");
    rows.add(manyInFlight(client, floor));
    return new Section(
        "A fabric of " + fabric.agents(),
        "`/bin/true` through libnefele, all requests at one agent. The answer comes when all"
            + " processes of the request run; placement, the durable row, and isolation in"
            + " namespaces where it is possible are included. "
            + count
            + " after "
            + WARM_UP * count
            + " by which the JVMs have compiled what runs often.",
        rows);
  }

  /**
   * Spawns one after another.
   *
   * @param answer from each call to its answer
   * @param toExit from each call until its process is known to have ended
   */
  private record OneByOne(Samples answer, Samples toExit) {
    static OneByOne of(Nefele client, int count) throws Exception {
      OneByOne samples = new OneByOne(new Samples(), new Samples());
      for (int i = 0; i < count; i++) {
        long begin = System.nanoTime();
        List<ProcessId> processes = client.spawn(Spawns.of(1, TRUE));
        samples.answer.addNanos(System.nanoTime() - begin);
        Spawns.awaitEnds(client, processes);
        samples.toExit.addNanos(System.nanoTime() - begin);
      }
      return samples;
    }
  }

  private static List<Row> oneByOne(
      OneByOne samples, PosixSpawnFloor floor, Optional<IsolatedSpawnFloor> isolated) {
    List<Row> rows = new ArrayList<>();
    rows.add(
        samples
            .answer()
            .row("spawn -n 1, call to answer", 99)
            .beside("posix_spawn call", floor.callMedian())
            .goal(new Goal.AtMostTimes(GOAL_TIMES_POSIX_SPAWN)));
    isolated.ifPresent(
        its ->
            rows.add(
                samples
                    .answer()
                    .row("the same, beside C in namespaces and cgroups", 99)
                    .beside("C, call", its.callMedian())
                    .goal(new Goal.AtMostTimes(GOAL_TIMES_ISOLATED))));
    rows.add(
        samples
            .toExit()
            .row("spawn -n 1, call until its exit is told", 99)
            .beside("posix_spawn to exit", floor.toExitMedian()));
    return rows;
  }

  private Row gang(Nefele client, int size, PosixSpawnFloor floor) throws Exception {
    Samples samples = new Samples();
    for (int run = 0; run < GANG_RUNS; run++) {
      long begin = System.nanoTime();
      List<ProcessId> processes = client.spawn(Spawns.of(size, TRUE));
      samples.addNanos(System.nanoTime() - begin);
      Spawns.awaitEnds(client, processes);
    }
    Quantity floorForAll =
        new Quantity(floor.callMedian().value() * size, floor.callMedian().unit());
    return samples
        .row("spawn -n " + size + ", all or none, call to answer", 99)
        .beside(size + " posix_spawn calls", floorForAll);
  }

  private Row manyInFlight(Nefele client, PosixSpawnFloor floor) throws Exception {
    inFlight(client, WARM_UP * count / 2);
    return Row.of("spawn to exit, 32 in flight", inFlight(client, WARM_UP * count / 2))
        .goal(new Goal.AtLeast(GOAL_RATE))
        .beside("posix_spawn, 32 alive", floor.manyAtOnce());
  }

  private static Quantity inFlight(Nefele client, int spawns) throws Exception {
    long begin = System.nanoTime();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> ends = new ArrayList<>();
      int share = Math.max(1, spawns / IN_FLIGHT);
      for (int caller = 0; caller < IN_FLIGHT; caller++) {
        ends.add(
            callers.submit(
                () -> {
                  for (int i = 0; i < share; i++) {
                    Spawns.awaitEnds(client, client.spawn(Spawns.of(1, TRUE)));
                  }
                  return null;
                }));
      }
      for (Future<?> end : ends) {
        end.get(2, TimeUnit.MINUTES);
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      return Quantity.perSecond(share * IN_FLIGHT / seconds);
    }
  }
}
