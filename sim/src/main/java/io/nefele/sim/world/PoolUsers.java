package io.nefele.sim.world;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.placement.ProcessTemplate;
import io.nefele.sim.kernel.VirtualTime;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.sim.plan.LinkQuality;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import io.nefele.table.tenant.RegistryEntry;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A pool that is as large as there is work for it: who makes it, who calls it, and the programs of
 * it, which answer each call and wait for the next.
 */
public final class PoolUsers {
  /** The name of the pool. */
  public static final String POOL = "as-needed";

  public static final int MOST = 3;
  public static final int IDLE_MILLIS = 1_000;
  private static final String REPLY = "done";
  private static final int CALLS_PER_MINUTE = 20;
  private static final int CALL_MILLIS = 8_000;
  private static final int TAKE_MILLIS = 60_000;
  private static final long MADE_NANOS = 5_000_000_000L;
  private static final long SCAN_NANOS = 100_000_000L;
  private static final double MINUTE_NANOS = 60e9;

  private final World world;
  private final Clients clients;
  private final VirtualTime time;
  private final RandomGenerator random;
  private final FaultPlan plan;

  /** In which life of its agent each process of the pool began to wait for messages. */
  private final SortedMap<ProcessId, Life> serving = new TreeMap<>();

  private final SortedMap<ProcessId, Long> idleSinceNanos = new TreeMap<>();

  PoolUsers(
      World world, Clients clients, VirtualTime time, RandomGenerator random, FaultPlan plan) {
    this.world = world;
    this.clients = clients;
    this.time = time;
    this.random = random;
    this.plan = plan;
  }

  /** Whether it says that the pool is there. */
  public static boolean isThePool(RegistryEntry entry) {
    return entry.content() instanceof RegistryEntry.Pool pool
        && pool.name().text().equals(POOL)
        && !pool.removed();
  }

  static boolean isOfThePool(ProcessTemplate template) {
    return template.name().filter(name -> name.text().equals(POOL)).isPresent();
  }

  void schedule() {
    if (plan.links().equals(LinkQuality.PERFECT)) {
      return;
    }
    time.after(MADE_NANOS, this::make);
    time.after(pause(), this::call);
    time.after(SCAN_NANOS, this::scan);
  }

  private long pause() {
    return (long) (-Math.log(1 - random.nextDouble()) * MINUTE_NANOS / CALLS_PER_MINUTE);
  }

  private Optional<Life> anybody() {
    List<Integer> agents = List.copyOf(plan.agents());
    return world.living(agents.get(random.nextInt(agents.size())));
  }

  /** Again and again, since it may be asked of one that is not there any more. */
  private void make() {
    if (clients.over()) {
      return;
    }
    time.after(MADE_NANOS, this::make);
    Optional<Life> life = anybody();
    if (life.isPresent()) {
      ProcessSpec spec =
          ProcessSpec.of(List.of("work"))
              // There is always room for it.
              .cpuMillis(ProcessSpec.NOTHING)
              .memoryBytes(ProcessSpec.NOTHING)
              .environment(clients.markOf(life.get()))
              .build();
      clients.ask(
          life.get(), new Request.PutPool(POOL, 0, MOST, IDLE_MILLIS, spec), response -> {});
    }
  }

  private void call() {
    if (clients.over()) {
      return;
    }
    time.after(pause(), this::call);
    anybody().ifPresent(life -> call(life, response -> {}));
  }

  /** Calls the pool. */
  public void call(Life life, Consumer<Response> then) {
    clients.ask(life, new Request.Call(POOL, Bytes.utf8("work"), CALL_MILLIS), then);
  }

  /** Since when a process of the pool has waited for a message. */
  public Optional<Long> idleSinceNanos(ProcessId process) {
    return Optional.ofNullable(idleSinceNanos.get(process));
  }

  /** Each program of the pool goes on in the next life of its agent. */
  private void scan() {
    time.after(SCAN_NANOS, this::scan);
    for (int agent : plan.agents()) {
      world.living(agent).ifPresent(this::scan);
    }
  }

  private void scan(Life life) {
    life.server()
        .processes()
        .entries()
        .forEach(
            (process, entry) -> {
              boolean ours = isOfThePool(entry.template());
              // Before that its agent does not know it.
              ProcessRow row = life.server().rows().get(process);
              if (ours
                  && row != null
                  && row.state() == ProcessState.RUNNING
                  && entry.stage() == ProcessHost.Stage.RUNNING
                  && life.boot().agent().equals(process.agent())
                  && life.running()
                  && serving.put(process, life) != life) {
                serve(life, process);
              }
            });
  }

  private void serve(Life life, ProcessId process) {
    idleSinceNanos.put(process, time.nowNanos());
    clients.ask(
        life,
        new Request.Take(process.toString(), TAKE_MILLIS),
        response -> {
          if (response instanceof Response.Letter letter && letter.from().isPresent()) {
            idleSinceNanos.remove(process);
            clients.ask(
                life,
                new Request.Post(
                    Optional.of(process.toString()),
                    letter.from().get().toString(),
                    Bytes.utf8(REPLY),
                    CALL_MILLIS),
                told -> {});
          }
          boolean ended =
              response instanceof Response.Failed failed && failed.kind() != ErrorKind.PARTIAL;
          if (!ended) {
            serve(life, process);
          }
        });
  }
}
