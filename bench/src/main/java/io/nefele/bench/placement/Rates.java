package io.nefele.bench.placement;

import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.floor.SlurmJobs;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Section;
import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.wire.ProcessSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** How much is decided and done in a second when every agent is asked at once. */
record Rates(BenchFabric fabric, Consumer<String> progress) {
  private static final int CALLERS_EACH = 4;
  private static final Duration WARM_UP = Duration.ofSeconds(40);
  private static final Duration MEASURED = Duration.ofSeconds(10);
  private static final Duration HOLD = Duration.ofMillis(50);
  private static final Duration END_LIMIT = Duration.ofSeconds(60);
  private static final String TRUE = "/bin/true";

  /** Told for Nomad's two million containers, and as what Slurm is made for. */
  private static final Quantity NOMAD_PUBLISHED = Quantity.perSecond(1500);

  private static final Quantity SLURM_PUBLISHED = Quantity.perSecond(500);
  private static final int SLURM_JOBS = 500;
  private static final int SLURM_AT_ONCE = 64;

  Section measure() throws Exception {
    List<Row> rows = new ArrayList<>();
    for (int size : List.of(1, 5)) {
      progress.accept("decisions on " + size + " from all agents at once");
      rows.add(
          Row.of("decisions on " + size + (size == 1 ? " process" : " processes"), decisions(size))
              .detail("Nomad, published", NOMAD_PUBLISHED)
              .detail("Slurm, published", SLURM_PUBLISHED));
    }
    progress.accept("processes from all agents at once");
    Row processes = Row.of("processes started and ended", processes());
    progress.accept("Slurm");
    Optional<Quantity> slurm = SlurmJobs.perSecond(TRUE, SLURM_JOBS, SLURM_AT_ONCE);
    rows.add(slurm.map(its -> processes.beside("Slurm, jobs", its)).orElse(processes));
    return new Section(
        fabric.agents() + " real agents at once",
        CALLERS_EACH
            + " callers at each agent, all on this one machine. A decision is a plan: places are"
            + " chosen and held, and given back after "
            + HOLD.toMillis()
            + " ms. Processes are `/bin/true`, one in a request, until its end is told; beside them"
            + " Slurm where it is installed, "
            + SLURM_JOBS
            + " jobs of one array at one node, "
            + SLURM_AT_ONCE
            + " at a time.",
        rows);
  }

  private Quantity decisions(int size) throws Exception {
    ProcessSpec spec = spec(size);
    return rate(client -> () -> client.plan(List.of(spec), HOLD));
  }

  private Quantity processes() throws Exception {
    ProcessSpec spec = spec(1);
    return rate(
        client ->
            () -> {
              for (ProcessId process : client.spawn(spec)) {
                client.await(process, END_LIMIT);
              }
              return null;
            });
  }

  private static ProcessSpec spec(int size) {
    return ProcessSpec.of(List.of(TRUE)).count(size).cpuMillis(1).memoryBytes(1 << 20).build();
  }

  /** What is to be done again and again over a connection. */
  private interface Load {
    Callable<?> over(Nefele client);
  }

  private Quantity rate(Load load) throws Exception {
    LongAdder done = new LongAdder();
    AtomicBoolean stop = new AtomicBoolean();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> ends = new ArrayList<>();
      for (int agent = 1; agent <= fabric.agents(); agent++) {
        Callable<?> once = load.over(fabric.client(agent));
        for (int caller = 0; caller < CALLERS_EACH; caller++) {
          ends.add(
              callers.submit(
                  () -> {
                    while (!stop.get()) {
                      once.call();
                      done.increment();
                    }
                    return null;
                  }));
        }
      }
      Thread.sleep(WARM_UP.toMillis());
      long before = done.sum();
      long begin = System.nanoTime();
      Thread.sleep(MEASURED.toMillis());
      double seconds = (System.nanoTime() - begin) / 1e9;
      double rate = (done.sum() - before) / seconds;
      stop.set(true);
      for (Future<?> end : ends) {
        end.get(2, TimeUnit.MINUTES);
      }
      return Quantity.perSecond(rate);
    }
  }
}
