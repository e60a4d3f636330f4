package io.nefele.sim.world;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentInput.Survivor;
import io.nefele.core.ProcessId;
import io.nefele.placement.ProcessTemplate;
import io.nefele.placement.Resources;
import io.nefele.sim.kernel.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The processes of a server, and the init that holds them: outlives the agent and tells the next
 * one what became of them.
 */
public final class ProcessHost {
  private static final long SPAWN_NANOS = 2_000_000;
  private static final long SIGNAL_NANOS = 1_000_000;
  private static final double MEAN_LIFE_NANOS = 20e9;
  private static final int BUSY_EACH = 4;
  private static final int BUSY_MICROS_MAX = 5_000_000;

  /** Most of what a program uses, which another tenant's same program uses little of. */
  private static final long MEMORY_BYTES = 200 << 20;

  private static final long SMALL_MEMORY_BYTES = 4 << 20;
  private static final int KILLED = 128 + 9;
  private static final int SICK_ONE_IN = 4;
  private static final int SLOW_CHECK_ONE_IN = 10;
  private static final long SLOW_CHECK_NANOS = 3_000_000_000L;

  /** How far a process has come. */
  public enum Stage {
    GATED,
    RUNNING,
    EXITED
  }

  /** A process that the host knows. */
  public static final class Entry {
    final ProcessTemplate template;
    final long madeNanos;
    Stage stage;
    int exitCode;
    long exitedAtMillis;
    long cpuMicros;

    Entry(ProcessTemplate template, long madeNanos, Stage stage) {
      this.template = template;
      this.madeNanos = madeNanos;
      this.stage = stage;
    }

    /** A run uses this, or up to a quarter less. */
    long memoryBytes(ProcessId process) {
      long most =
          template.tenant().equals(Clients.SMALL_TENANT) ? SMALL_MEMORY_BYTES : MEMORY_BYTES;
      return most - most / 16 * (process.counter() % 4);
    }

    AgentInput.Ending ending(ProcessId process) {
      return new AgentInput.Ending(
          exitCode, exitedAtMillis, false, cpuMicros, memoryBytes(process));
    }

    public ProcessTemplate template() {
      return template;
    }

    /** When it was made, or made again, in virtual time. */
    public long madeNanos() {
      return madeNanos;
    }

    public Stage stage() {
      return stage;
    }
  }

  private final VirtualTime time;
  private final LongSupplier wallMillis;
  private final RandomGenerator random;
  private final Consumer<AgentInput> agent;
  private final SortedMap<ProcessId, Entry> entries = new TreeMap<>();

  /** Those that run beside another: checks. */
  private final SortedMap<ProcessId, Entry> companions = new TreeMap<>();

  /**
   * @param wallMillis the server's wall clock
   * @param agent takes what happens, if there is an agent then
   */
  ProcessHost(
      VirtualTime time,
      LongSupplier wallMillis,
      RandomGenerator random,
      Consumer<AgentInput> agent) {
    this.time = time;
    this.wallMillis = wallMillis;
    this.random = random;
    this.agent = agent;
  }

  public SortedMap<ProcessId, Entry> entries() {
    return new TreeMap<>(entries);
  }

  /** What all processes that have not ended were granted. */
  public Resources granted() {
    Resources sum = Resources.NONE;
    for (Entry entry : entries.values()) {
      if (entry.stage != Stage.EXITED) {
        sum = sum.plus(entry.template.demand());
      }
    }
    return sum;
  }

  void spawn(AgentEffect.Spawn spawn) {
    ProcessId process = spawn.process();
    if (spawn.beside().isPresent()) {
      check(process, spawn.template());
      return;
    }
    Entry entry =
        new Entry(spawn.template(), time.nowNanos(), spawn.gated() ? Stage.GATED : Stage.RUNNING);
    entries.put(process, entry);
    time.after(
        SPAWN_NANOS + random.nextInt((int) SPAWN_NANOS),
        () -> {
          if (entries.get(process) == entry && entry.stage != Stage.EXITED) {
            if (spawn.gated()) {
              agent.accept(new AgentInput.ProcessGated(process));
            } else {
              begin(process, entry);
            }
          }
        });
  }

  /** Most find that all is well, some that it isn't, and some take too long to say anything. */
  private void check(ProcessId process, ProcessTemplate template) {
    Entry check = new Entry(template, time.nowNanos(), Stage.RUNNING);
    companions.put(process, check);
    boolean slow = random.nextInt(SLOW_CHECK_ONE_IN) == 0;
    int code = random.nextInt(SICK_ONE_IN) == 0 ? 1 : 0;
    time.after(
        slow ? SLOW_CHECK_NANOS : SPAWN_NANOS + random.nextInt((int) SPAWN_NANOS),
        () -> exit(companions, process, check, code));
  }

  void tryPort(AgentEffect.TryPort attempt) {
    find(attempt.beside()).ifPresent(beside -> check(attempt.check(), beside.template));
  }

  void release(List<ProcessId> processes) {
    for (ProcessId process : processes) {
      find(process)
          .filter(entry -> entry.stage == Stage.GATED)
          .ifPresent(
              entry -> {
                entry.stage = Stage.RUNNING;
                time.after(SIGNAL_NANOS, () -> begin(process, entry));
              });
    }
  }

  void abort(List<ProcessId> processes) {
    for (ProcessId process : processes) {
      find(process)
          .filter(entry -> entry.stage == Stage.GATED)
          .ifPresent(entry -> time.after(SIGNAL_NANOS, () -> exit(process, entry, KILLED)));
    }
  }

  void signal(ProcessId process, int signal) {
    time.after(
        SIGNAL_NANOS,
        () -> {
          find(process).ifPresent(entry -> exit(process, entry, 128 + signal));
          Optional.ofNullable(companions.get(process))
              .ifPresent(check -> exit(companions, process, check, 128 + signal));
        });
  }

  void acknowledge(ProcessId process) {
    find(process)
        .filter(entry -> entry.stage == Stage.EXITED)
        .ifPresent(entry -> entries.remove(process));
    companions.remove(process);
  }

  /** Every fourth process is busy, the others sleep. */
  List<AgentInput.Measurement> measure() {
    List<AgentInput.Measurement> measurements = new ArrayList<>();
    entries.forEach(
        (id, entry) -> {
          if (entry.stage == Stage.RUNNING && id.counter() % BUSY_EACH == 0) {
            entry.cpuMicros += random.nextInt(BUSY_MICROS_MAX);
            measurements.add(
                new AgentInput.Measurement(id, entry.cpuMicros, entry.memoryBytes(id), 0));
          }
        });
    return measurements;
  }

  void kill(int nth) {
    List<ProcessId> live = new ArrayList<>();
    entries.forEach(
        (id, entry) -> {
          if (entry.stage == Stage.RUNNING) {
            live.add(id);
          }
        });
    if (!live.isEmpty()) {
      ProcessId victim = live.get(nth % live.size());
      find(victim).ifPresent(entry -> exit(victim, entry, KILLED));
    }
  }

  /** The server went down. */
  void killAll() {
    entries.clear();
    companions.clear();
  }

  SortedMap<ProcessId, Survivor> survivors() {
    SortedMap<ProcessId, Survivor> survivors = new TreeMap<>();
    companions.keySet().forEach(check -> survivors.put(check, new Survivor.Running()));
    entries.forEach(
        (id, entry) ->
            survivors.put(
                id,
                switch (entry.stage) {
                  case GATED -> new Survivor.Gated();
                  case RUNNING -> new Survivor.Running();
                  case EXITED -> new Survivor.Exited(entry.ending(id));
                }));
    return survivors;
  }

  private void begin(ProcessId process, Entry entry) {
    if (entries.get(process) != entry || entry.stage != Stage.RUNNING) {
      return;
    }
    agent.accept(new AgentInput.ProcessStarted(process));
    if (PoolUsers.isOfThePool(entry.template)) {
      // It goes on to wait for messages until it is told to end.
      return;
    }
    long life = (long) (-Math.log(1 - random.nextDouble()) * MEAN_LIFE_NANOS);
    time.after(
        life,
        () -> {
          if (entries.get(process) == entry) {
            exit(process, entry, 0);
          }
        });
  }

  private void exit(ProcessId process, Entry entry, int code) {
    exit(entries, process, entry, code);
  }

  private void exit(SortedMap<ProcessId, Entry> among, ProcessId process, Entry entry, int code) {
    if (entry.stage == Stage.EXITED || among.get(process) != entry) {
      return;
    }
    entry.stage = Stage.EXITED;
    entry.exitCode = code;
    entry.exitedAtMillis = wallMillis.getAsLong();
    agent.accept(new AgentInput.ProcessExited(process, entry.ending(process)));
  }

  private Optional<Entry> find(ProcessId process) {
    return Optional.ofNullable(entries.get(process));
  }
}
