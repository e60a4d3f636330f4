package io.nefele.agent.core;

import io.nefele.agent.depot.BundleKey;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Durations;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.table.Filter;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import io.nefele.table.tenant.RegistryEntry.Pool;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Pools of processes behind a name, as large as there is work for them. All agents know what pools
 * there are; of each one agent is the keeper, whom all agree on without asking: the one that the
 * name falls to among all members. It looks now and then how much there is to do, starts processes
 * and ends idle ones. Where a call finds nobody, its agent tells the keeper, and looks again.
 *
 * <p>Two sides of a cut have a keeper each; when it heals, what is too much is ended.
 */
final class PoolDesk {
  /** On each process of a pool: its name. */
  static final String LABEL = "nefele.pool";

  static final int SIZE_MAX = 1_000;
  private static final int SPEC_BYTES_MAX = 16 << 10;
  private static final int SIGTERM = 15;
  private static final Duration ASLEEP = Duration.ofSeconds(2);
  private static final Duration AWAKE = Duration.ofMillis(250);
  private static final Duration ENDING_DEADLINE = Duration.ofSeconds(5);

  /** Who waits says so more often than this. */
  private static final Duration WAITING = Duration.ofSeconds(1);

  /** What ends so soon after its start does not work. */
  private static final Duration EARLY = Duration.ofSeconds(2);

  /** So many in a row do not work; fewer may have been ended by somebody. */
  private static final int EARLY_MAX = 3;

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LAST_PAUSE = Duration.ofMinutes(1);

  private final AgentBoot self;
  private final Keepers keepers;
  private final FabricReport report;
  private final Tenancy tenancy;
  private final Directory directory;
  private final Recipients recipients;
  private final Loads loads;
  private final SpawnRequests spawns;
  private final Errands errands;
  private final Vain vain;
  private final Outbox outbox;
  private final SortedMap<String, Kept> kept = new TreeMap<>();
  private boolean awake;

  /** Is told of a call of this agent that waits in vain. */
  interface Vain {
    void cannotStart(Instant now, long call, String reason);
  }

  /** A call that waits for a process. */
  private record Waiting(AgentId agent, long call) {
    static final Comparator<Waiting> ORDER =
        Comparator.comparing(Waiting::agent).thenComparing(Waiting::call);
  }

  /** A pool that this agent keeps. */
  private static final class Kept {
    final PoolSize size = new PoolSize();
    final SortedMap<Waiting, Instant> waiting = new TreeMap<>(Waiting.ORDER);

    /** What was started and has not been seen to be ready. */
    final SortedMap<ProcessId, Instant> started = new TreeMap<>();

    int asked;
    int endedEarly;
    boolean isEmpty;
    boolean busy;
    boolean looking;
    Instant startsAgainAt = Instant.MIN;
    Duration pause = FIRST_PAUSE;
  }

  PoolDesk(
      AgentBoot self,
      Keepers keepers,
      FabricReport report,
      Tenancy tenancy,
      Directory directory,
      Recipients recipients,
      Loads loads,
      SpawnRequests spawns,
      Errands errands,
      Vain vain,
      Outbox outbox) {
    this.self = self;
    this.keepers = keepers;
    this.report = report;
    this.tenancy = tenancy;
    this.directory = directory;
    this.recipients = recipients;
    this.loads = loads;
    this.spawns = spawns;
    this.errands = errands;
    this.vain = vain;
    this.outbox = outbox;
  }

  void start() {
    outbox.setTimer(new AgentTimer.PoolsDue(), ASLEEP);
  }

  /** Whether there is such a pool. */
  boolean isOne(Name tenant, Name name) {
    return tenancy.pool(tenant, name).isPresent();
  }

  /** Whether the processes of a pool are started from that bundle. */
  static boolean isUsed(Tenancy tenancy, BundleKey bundle) {
    return tenancy.pools().stream()
        .filter(pool -> pool.tenant().equals(bundle.tenant()))
        .flatMap(pool -> pool.spec().read(ProcessSpec.CODEC).stream())
        .anyMatch(spec -> spec.bundle().equals(Optional.of(bundle.id().toString())));
  }

  /**
   * Whom of a pool a call goes to, the best first: who has nothing to do. If nobody is so, it waits
   * for another one rather than behind the message that somebody has in hand, unless there are as
   * many as there may be, or it has waited for long.
   *
   * @param waited for how long the call has
   * @param then gets none if it is to wait
   */
  void candidates(
      Instant now, Name tenant, Name name, Duration waited, Consumer<List<ProcessId>> then) {
    recipients.rows(
        now,
        tenant,
        Optional.of(name),
        (rows, missing) -> {
          int most = tenancy.pool(tenant, name).map(Pool::max).orElse(1);
          List<ProcessId> running = new ArrayList<>(running(rows));
          running.sort(
              Comparator.comparing(report::distanceOf).thenComparing(Comparator.naturalOrder()));
          if (most == 1 || running.isEmpty()) {
            then.accept(running);
            return;
          }
          boolean waits = rows.size() < most && waited.compareTo(WAITING) < 0;
          loads.ask(outbox.now(), running, told -> then.accept(free(running, told, waits)));
        });
  }

  private static List<ProcessId> running(List<ProcessRow> rows) {
    return rows.stream()
        .filter(row -> row.kind() == ProcessRow.Kind.PROCESS)
        .filter(row -> row.state() == ProcessState.RUNNING)
        .map(ProcessRow::id)
        .toList();
  }

  private static List<ProcessId> free(
      List<ProcessId> running, SortedMap<ProcessId, Long> told, boolean waits) {
    List<ProcessId> idle =
        running.stream().filter(process -> told.getOrDefault(process, 1L) == 0).toList();
    if (!idle.isEmpty() || waits) {
      return idle;
    }
    return running.stream()
        .filter(process -> told.getOrDefault(process, 1L) != Loads.CLOSED)
        .sorted(Comparator.comparingLong(process -> told.getOrDefault(process, Long.MAX_VALUE)))
        .toList();
  }

  /** A call of this agent finds nobody of the pool who is free. */
  void wanted(Name tenant, Name name, long call) {
    outbox.send(
        keeper(tenant, name), new AgentMessage.OfPool(new PoolMessage.Wanted(tenant, name, call)));
  }

  void received(Instant now, AgentId from, PoolMessage message) {
    switch (message) {
      case PoolMessage.Wanted(var tenant, var name, long call) -> {
        Optional<Pool> pool = tenancy.pool(tenant, name);
        if (pool.isPresent() && isKept(pool.get())) {
          kept(pool.get()).waiting.put(new Waiting(from, call), now);
          look(now, pool.get());
          if (!awake) {
            awake = true;
            outbox.setTimer(new AgentTimer.PoolsDue(), AWAKE);
          }
        }
      }
      case PoolMessage.CannotStart(long call, var reason) -> vain.cannotStart(now, call, reason);
    }
  }

  /** It is time to look at all pools that this agent keeps. */
  void due(Instant now) {
    SortedSet<String> current = new TreeSet<>();
    for (Pool pool : tenancy.pools()) {
      if (isKept(pool)) {
        current.add(pool.key());
        look(now, pool);
      }
    }
    kept.keySet().retainAll(current);
    awake =
        kept.values().stream().anyMatch(its -> its.busy || its.asked > 0 || !its.waiting.isEmpty());
    outbox.setTimer(new AgentTimer.PoolsDue(), awake ? AWAKE : ASLEEP);
  }

  private Kept kept(Pool pool) {
    return kept.computeIfAbsent(pool.key(), unused -> new Kept());
  }

  private boolean isKept(Pool pool) {
    return keeper(pool.tenant(), pool.name()).equals(self.agent());
  }

  private AgentId keeper(Name tenant, Name name) {
    return keepers.of(tenant, name);
  }

  private void look(Instant now, Pool pool) {
    Kept its = kept(pool);
    its.waiting.values().removeIf(told -> told.isBefore(now.minus(WAITING)));
    if (its.looking) {
      return;
    }
    its.looking = true;
    recipients.rows(
        now,
        pool.tenant(),
        Optional.of(pool.name()),
        (rows, missing) -> {
          List<ProcessRow> processes =
              rows.stream().filter(row -> row.kind() == ProcessRow.Kind.PROCESS).toList();
          loads.ask(
              outbox.now(),
              running(rows),
              told -> {
                its.looking = false;
                // Where some don't answer there may be more.
                if (missing.isEmpty() || !its.waiting.isEmpty()) {
                  seen(outbox.now(), pool, its, processes, told);
                }
              });
        });
  }

  private void seen(
      Instant now,
      Pool pool,
      Kept its,
      List<ProcessRow> processes,
      SortedMap<ProcessId, Long> told) {
    SortedMap<ProcessId, Long> all = new TreeMap<>();
    for (ProcessRow row : processes) {
      if (told.getOrDefault(row.id(), 0L) == Loads.CLOSED) {
        // It has ended; not all know that yet.
        continue;
      }
      boolean runs = row.state() == ProcessState.RUNNING;
      all.put(row.id(), runs ? told.getOrDefault(row.id(), 1L) : -1L);
    }
    its.busy = all.values().stream().anyMatch(load -> load != 0);
    its.isEmpty = all.isEmpty();
    noticeFailures(now, its, all);
    PoolSize.Change change =
        its.size.look(
            now,
            all,
            its.waiting.size(),
            its.asked,
            pool.min(),
            pool.max(),
            Duration.ofMillis(pool.idleMillis()));
    if (change.start() > 0 && !now.isBefore(its.startsAgainAt)) {
      for (int i = 0; i < change.start(); i++) {
        start(now, pool, its);
      }
    }
    change.end().forEach(process -> end(pool.tenant(), process));
  }

  /** What ends as soon as it is started is started more and more seldom. */
  private void noticeFailures(Instant now, Kept its, SortedMap<ProcessId, Long> all) {
    for (var entry : List.copyOf(its.started.entrySet())) {
      ProcessId process = entry.getKey();
      if (all.getOrDefault(process, 1L) == 0 || entry.getValue().isBefore(now.minus(EARLY))) {
        its.started.remove(process);
        its.pause = FIRST_PAUSE;
        its.endedEarly = 0;
      } else if (!all.containsKey(process)) {
        its.started.remove(process);
        its.endedEarly++;
      }
    }
    if (its.endedEarly >= EARLY_MAX) {
      its.endedEarly = 0;
      backOff(now, its, "its processes end as soon as they are started; 'nefele ps -a' lists them");
    }
  }

  private void backOff(Instant now, Kept its, String why) {
    its.startsAgainAt = now.plus(its.pause);
    Duration twice = Durations.multiply(its.pause, 2);
    its.pause = twice.compareTo(LAST_PAUSE) < 0 ? twice : LAST_PAUSE;
    if (!its.isEmpty) {
      // Who waits goes to those that are there.
      return;
    }
    its.waiting
        .keySet()
        .forEach(
            caller ->
                outbox.send(
                    caller.agent(),
                    new AgentMessage.OfPool(new PoolMessage.CannotStart(caller.call(), why))));
    its.waiting.clear();
  }

  private void start(Instant now, Pool pool, Kept its) {
    Optional<ProcessSpec> spec = pool.spec().read(ProcessSpec.CODEC);
    if (spec.isEmpty()) {
      return;
    }
    its.asked++;
    spawns.spawn(
        now,
        pool.tenant(),
        List.of(spec.get()),
        answer -> {
          its.asked--;
          switch (answer) {
            case Response.Spawned(var ids) ->
                ids.forEach(process -> its.started.put(process, outbox.now()));
            case Response.Failed(var kind, var why) -> backOff(outbox.now(), its, why);
            default -> throw new IllegalStateException("a spawn is answered by " + answer);
          }
        });
  }

  private void end(Name tenant, ProcessId process) {
    errands.run(
        Optional.of(tenant),
        process,
        new Errand.Signal(SIGTERM),
        ENDING_DEADLINE,
        outcome -> {
          // If it is still there the next look finds it.
        });
  }

  void put(ClientToken token, Acting acting, Request.PutPool put) {
    Name name = new Name(put.name());
    if (put.max() < 1 || put.max() > SIZE_MAX || put.min() < 0 || put.min() > put.max()) {
      throw new IllegalArgumentException(
          "a pool has from 0 or more to at most "
              + SIZE_MAX
              + " processes, not from "
              + put.min()
              + " to "
              + put.max());
    }
    if (put.idleMillis() < 0) {
      throw new IllegalArgumentException(
          "a process is idle for 0 ms or more, not " + put.idleMillis());
    }
    ProcessSpec spec = put.spec();
    if (spec.lifecycle().restart().restarts()) {
      throw new IllegalArgumentException(
          "a pool starts its processes when there is work; leave the restart policy out");
    }
    if (!spawns.hasBundle(acting.tenant(), spec)) {
      throw new IllegalArgumentException(
          "this agent has no bundle "
              + spec.bundle().orElse("")
              + " of yours, or not all of it; ship the program again");
    }
    List<String> labels = new ArrayList<>(spec.labels());
    labels.add(LABEL + "=" + name);
    ProcessSpec each = spec.toBuilder().count(1).name(name.text()).labels(labels).build();
    // Refused now rather than when somebody calls.
    Wish.check(each);
    var bytes = ProcessSpec.CODEC.toBytes(each);
    if (bytes.size() > SPEC_BYTES_MAX) {
      throw new IllegalArgumentException(
          "the command and environment of a pool have at most "
              + SPEC_BYTES_MAX
              + " bytes, not "
              + bytes.size()
              + "; pass the rest in a file");
    }
    tenancy.decide(
        new Pool(acting.tenant(), name, false, put.min(), put.max(), put.idleMillis(), bytes));
    outbox.reply(token, new Response.Done());
  }

  void remove(Instant now, ClientToken token, Acting acting, String pool) {
    Name name = new Name(pool);
    Optional<Pool> found = tenancy.pool(acting.tenant(), name);
    if (found.isEmpty()) {
      outbox.fail(
          token,
          ErrorKind.FAILED,
          "there is no pool '" + name + "'; 'nefele pool list' lists yours");
      return;
    }
    Pool its = found.get();
    tenancy.decide(
        new Pool(its.tenant(), name, true, its.min(), its.max(), its.idleMillis(), its.spec()));
    directory.ask(
        now,
        new Filter(Optional.of(its.tenant()), Optional.empty(), Optional.of(name), true),
        report.reach(),
        ENDING_DEADLINE,
        (rows, missing) -> {
          rows.stream()
              .filter(view -> view.row().labels().contains(LABEL + "=" + name))
              .forEach(view -> end(its.tenant(), view.row().id()));
          outbox.reply(token, new Response.Done());
        });
  }

  void list(ClientToken token, Acting acting) {
    List<Response.PoolRow> rows =
        tenancy.pools().stream()
            .filter(pool -> acting.reaches(pool.tenant()))
            .map(
                pool ->
                    new Response.PoolRow(
                        pool.tenant().text(),
                        pool.name().text(),
                        pool.min(),
                        pool.max(),
                        pool.idleMillis(),
                        pool.spec()
                            .read(ProcessSpec.CODEC)
                            .map(ProcessSpec::command)
                            .orElse(List.of())))
            .toList();
    outbox.reply(token, new Response.Pools(rows));
  }
}
