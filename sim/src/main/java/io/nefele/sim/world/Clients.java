package io.nefele.sim.world;

import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.Caller;
import io.nefele.agent.core.ClientToken;
import io.nefele.agent.core.ProgramFacts;
import io.nefele.core.Bytes;
import io.nefele.core.HealthCheck;
import io.nefele.core.Lifecycle;
import io.nefele.core.Name;
import io.nefele.core.Priority;
import io.nefele.core.Probe;
import io.nefele.core.ProgramId;
import io.nefele.core.RestartPolicy;
import io.nefele.core.SeededStreams;
import io.nefele.sim.kernel.VirtualTime;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The programs that use the fabric: they start processes, all of a spawn marked with its number,
 * and send each other messages, each with a number of its own.
 */
public final class Clients {
  /** Whose programs they are. */
  public static final Name TENANT = new Name("tenant");

  /** A tenant that may not have many processes at a time. */
  public static final Name SMALL_TENANT = new Name("small");

  /** How many. */
  public static final int SMALL_QUOTA = 5;

  private static final int SMALL_ONE_IN = 3;
  private static final int LARGE_ONE_IN = 3;
  private static final int LARGE_MAX_COUNT = 12;
  private static final int SHIPPED_ONE_IN = 3;
  private static final long SMALL_MADE_NANOS = 4_000_000_000L;
  private static final String MARK = "SPAWN=";
  private static final Caller CALLER = new Caller(1000, TENANT, Caller.Role.OPERATOR);
  private static final double MINUTE_NANOS = 60e9;
  private static final int CENSUS_MILLIS = 3_000;
  private static final int CENSUSES_PER_MINUTE = 6;
  private static final int LISTS_PER_MINUTE = 60;
  private static final int LIST_MILLIS = 2_000;
  private static final int MAX_COUNT = 6;
  private static final int ENDED_PER_MINUTE = 6;
  private static final int SIGTERM = 15;
  private static final int PROGRAMS = 2;

  /** So many of the spawns do not say what their processes need. */
  private static final int UNSIZED_ONE_IN = 3;

  private static final int AFTER_ONE_IN = 6;

  /** Of so many spawns one starts after another that comes a little later. */
  private static final int BEFORE_ITS_TIME_ONE_IN = 24;

  private static final int EARLY = 4;
  private static final int LATE = 8;
  private static final String LATE_NAME = "late";

  /** Most spawns matter as the usual one does, some less and some more. */
  private static final int[] PRIORITIES = {0, 0, 5, 0, 0, 0, -5};

  private static final int RESCHEDULE_MILLIS = 5_000;
  private static final int DRAINED_PER_MINUTE = 4;
  private static final int DISRUPTIONS = 1;

  /** Some of what is checked answers calls, as what has the name of the pool does. */
  private static final List<Probe> PROBES =
      List.of(new Probe.Port(80), new Probe.Call("0"), new Probe.Command(List.of("check")));

  /** What became of a spawn. */
  public static final class Spawn {
    final int number;
    final int count;
    final Life asked;
    Optional<Response> answer = Optional.empty();

    Spawn(int number, int count, Life asked) {
      this.number = number;
      this.count = count;
      this.asked = asked;
    }

    public int number() {
      return number;
    }

    public int count() {
      return count;
    }

    public Life asked() {
      return asked;
    }

    public Optional<Response> answer() {
      return answer;
    }
  }

  private record Asked(Life life, Consumer<Response> then) {}

  private final World world;
  private final VirtualTime time;
  private final RandomGenerator random;
  private final FaultPlan plan;

  /** The highest priority that each has asked for. */
  private final SortedMap<Name, Integer> mostOf = new TreeMap<>();

  private final Map<Long, Asked> asked = new LinkedHashMap<>();
  private final List<Spawn> spawns = new ArrayList<>();
  private final Letters letters;
  private final Correspondents correspondents;
  private final Programs programs = new Programs(this);
  private final SharedMemoryUsers sharedMemoryUsers;
  private final OutsideCallers outsideCallers;
  private final PoolUsers poolUsers;
  private long lastConnection;

  Clients(World world, VirtualTime time, SeededStreams streams, FaultPlan plan) {
    this.world = world;
    this.time = time;
    this.random = streams.stream("workload");
    this.plan = plan;
    this.letters = new Letters(world, this, time, streams.stream("letters"), plan);
    this.correspondents = new Correspondents(world, this, time, streams.stream("patterns"), plan);
    this.sharedMemoryUsers =
        new SharedMemoryUsers(world, this, time, streams.stream("shared memory"), plan);
    this.poolUsers = new PoolUsers(world, this, time, streams.stream("pools"), plan);
    this.outsideCallers = new OutsideCallers(world, this, time, streams.stream("outside"), plan);
  }

  /** Those of them that write to mailboxes by name. */
  public Letters letters() {
    return letters;
  }

  /** Those of them that call each other and publish. */
  public Correspondents correspondents() {
    return correspondents;
  }

  /** Those of them that talk to the world outside. */
  public OutsideCallers outsideCallers() {
    return outsideCallers;
  }

  /** Those of them that use a pool which is as large as there is work for it. */
  public PoolUsers poolUsers() {
    return poolUsers;
  }

  /** The environment of processes that {@code asked} starts by itself, when it wants to. */
  List<String> markOf(Life asked) {
    Spawn spawn = new Spawn(spawns.size(), 1, asked);
    spawns.add(spawn);
    return List.of(MARK + spawn.number);
  }

  /** Begins to ask, and goes on until the safety phase is over. */
  public void schedule() {
    if (plan.spawnsPerMinute() > 0) {
      time.after(pause(plan.spawnsPerMinute()), this::spawn);
      time.after(SMALL_MADE_NANOS, this::makeSmallTenant);
      time.after(pause(DRAINED_PER_MINUTE), this::drain);
      time.after(pause(LISTS_PER_MINUTE), this::list);
    }
    if (plan.messagesPerMinute() > 0) {
      correspondents.schedule();
      sharedMemoryUsers.schedule();
      outsideCallers.schedule();
      if (plan.spawnsPerMinute() > 0) {
        poolUsers.schedule();
      }
      letters.schedule();
      time.after(pause(CENSUSES_PER_MINUTE), this::census);
    }
  }

  /** Again and again, since it may be asked of one that is not there any more. */
  private void makeSmallTenant() {
    if (over()) {
      return;
    }
    time.after(SMALL_MADE_NANOS, this::makeSmallTenant);
    anybody()
        .ifPresent(
            life ->
                ask(
                    life,
                    new Request.CreateTenant(SMALL_TENANT.toString(), SMALL_QUOTA, 0, 0),
                    response -> {}));
  }

  /** Somebody is drained for a while. */
  private void drain() {
    if (over()) {
      return;
    }
    time.after(pause(DRAINED_PER_MINUTE), this::drain);
    Optional<Life> victim = anybody();
    Optional<Life> asked = anybody();
    if (victim.isPresent() && asked.isPresent()) {
      String agent = victim.get().boot().agent().toString();
      ask(asked.get(), new Request.Drain(agent, true), response -> {});
      time.after(
          pause(DRAINED_PER_MINUTE),
          () ->
              anybody()
                  .ifPresent(life -> ask(life, new Request.Drain(agent, false), response -> {})));
    }
  }

  /** Somebody is asked for all processes, or for those of a tenant. */
  private void list() {
    if (over()) {
      return;
    }
    time.after(pause(LISTS_PER_MINUTE), this::list);
    Request all = new Request.StreamProcesses(true, LIST_MILLIS);
    Name tenant = random.nextBoolean() ? TENANT : SMALL_TENANT;
    Request asked = random.nextBoolean() ? all : new Request.As(tenant.toString(), all);
    anybody().ifPresent(life -> ask(life, asked, response -> {}));
  }

  /** All agents are asked, whatever is wrong with them at the time. */
  private void census() {
    if (over()) {
      return;
    }
    time.after(pause(CENSUSES_PER_MINUTE), this::census);
    anybody()
        .ifPresent(life -> ask(life, new Request.AskAgents("", CENSUS_MILLIS), response -> {}));
  }

  public List<Spawn> spawns() {
    return List.copyOf(spawns);
  }

  /** The number of the spawn that a process with that environment belongs to. */
  public static int spawnNumber(List<String> environment) {
    return Integer.parseInt(environment.getFirst().substring(MARK.length()));
  }

  /** Asks the life and goes on with its answer, if there ever is one. */
  public void ask(Life life, Request request, Consumer<Response> then) {
    long connection = ++lastConnection;
    asked.put(connection, new Asked(life, then));
    world.give(
        life,
        new AgentInput.ClientAsked(
            new ClientToken(connection, 1), CALLER, request, programsOf(request)));
  }

  /** Which of a few programs is started, of which tenants have the same. */
  private static List<ProgramFacts> programsOf(Request request) {
    return switch (request) {
      case Request.As(var tenant, var inner) -> programsOf(inner);
      case Request.Spawn(var components, int deadlineMillis) ->
          components.stream()
              .map(spec -> spawnNumber(spec.environment()) % PROGRAMS)
              .map(program -> new ProgramFacts(new ProgramId(0, program), 0))
              .toList();
      default -> List.of();
    };
  }

  /** As {@link #ask}, of whoever is outside and has connected to a port of the life's agent. */
  void callFromOutside(Life life, int port, Bytes payload, Consumer<Response> then) {
    long connection = - ++lastConnection;
    asked.put(connection, new Asked(life, then));
    world.give(
        life, new AgentInput.CalledFromOutside(new ClientToken(connection, 1), port, payload));
  }

  void replied(Life life, ClientToken token, Response response) {
    boolean more = response instanceof Response.PresentedProcesses;
    Asked waiting = more ? asked.get(token.connection()) : asked.remove(token.connection());
    if (waiting == null) {
      throw new Violation("A1", life + " answered twice or unasked: " + token + " " + response);
    }
    if (!more) {
      waiting.then.accept(response);
    }
  }

  void ended(Life life) {
    asked.values().removeIf(waiting -> waiting.life == life);
  }

  private void spawn() {
    if (over()) {
      return;
    }
    time.after(pause(plan.spawnsPerMinute()), this::spawn);
    Optional<Life> life = anybody();
    if (life.isEmpty()) {
      return;
    }
    // A large one takes most of each server of a small fabric, and others may have to give way.
    boolean large = random.nextInt(LARGE_ONE_IN) == 0 && priorityOf(spawns.size()) > Priority.USUAL;
    int count =
        large ? Math.min(plan.agents().size(), LARGE_MAX_COUNT) : 1 + random.nextInt(MAX_COUNT);
    int cpuMillis = large ? World.CAPACITY.cpuMillis() / 4 * 3 : 100 * (1 + random.nextInt(12));
    boolean small = random.nextInt(SMALL_ONE_IN) == 0;
    if (!small && random.nextInt(SHIPPED_ONE_IN) == 0) {
      programs.ship(
          life.get(),
          random.nextInt(Integer.MAX_VALUE),
          bundle -> {
            if (bundle.isPresent() && !over()) {
              spawn(life.get(), count, cpuMillis, false, bundle);
            }
          });
    } else {
      spawn(life.get(), count, cpuMillis, small, Optional.empty());
    }
  }

  private void spawn(Life life, int count, int cpuMillis, boolean small, Optional<String> bundle) {
    Spawn spawn = new Spawn(spawns.size(), count, life);
    spawns.add(spawn);
    Request asked = new Request.Spawn(components(spawn, cpuMillis, small, bundle), 0);
    mostOf.merge(small ? SMALL_TENANT : TENANT, priorityOf(spawn.number), Math::max);
    ask(
        life,
        small ? new Request.As(SMALL_TENANT.toString(), asked) : asked,
        response -> {
          spawn.answer = Optional.of(response);
          correspondents.spawned(spawn.number, response);
          endLater(life, response);
        });
  }

  /** Of one kind or of two, of which the second is the larger. */
  private List<ProcessSpec> components(
      Spawn spawn, int cpuMillis, boolean small, Optional<String> bundle) {
    int larger = spawn.count > MAX_COUNT ? 0 : spawn.count / 3;
    List<ProcessSpec> components = new ArrayList<>();
    components.add(component(spawn, spawn.count - larger, cpuMillis, 64L << 20, small, bundle));
    if (larger > 0) {
      components.add(component(spawn, larger, 2 * cpuMillis, 1L << 30, small, bundle));
    }
    return components;
  }

  private ProcessSpec component(
      Spawn spawn,
      int count,
      int cpuMillis,
      long memoryBytes,
      boolean small,
      Optional<String> bundle) {
    return ProcessSpec.of(List.of("work"))
        .count(count)
        .name(nameOf(spawn.number))
        .cpuMillis(spawn.number % UNSIZED_ONE_IN == 0 ? 0 : cpuMillis)
        .memoryBytes(spawn.number % UNSIZED_ONE_IN == 0 ? 0 : memoryBytes)
        .environment(List.of(MARK + spawn.number))
        .labels(List.of(Priority.label(priorityOf(spawn.number))))
        .lifecycle(
            movable(spawn.number, lifecycleOf(spawn.number, small)).after(afterOf(spawn.number)))
        .bundle(bundle)
        .build();
  }

  private static int priorityOf(int number) {
    return PRIORITIES[number / 2 % PRIORITIES.length];
  }

  /** The most that any process matters of the tenant. */
  public int highestPriority(Name tenant) {
    return mostOf.getOrDefault(tenant, Priority.MIN);
  }

  /** Some are started again whenever they end, some when they fail, and some of those checked. */
  private static Lifecycle lifecycleOf(int number, boolean small) {
    if (small) {
      // A quota may miss what is just being moved, and what runs where it was lost.
      return Lifecycle.ONCE;
    }
    return switch (number % 4) {
      case 0 ->
          Lifecycle.ONCE
              .with(new RestartPolicy(RestartPolicy.When.ALWAYS, 3))
              .reschedulingAfter(RESCHEDULE_MILLIS);
      case 1 -> Lifecycle.ONCE.with(new RestartPolicy(RestartPolicy.When.ON_FAILURE, 2));
      case 2 ->
          Lifecycle.ONCE
              .with(new RestartPolicy(RestartPolicy.When.ON_FAILURE, 0))
              .with(Optional.of(new HealthCheck(probeOf(number), 1_000, 500, 2, 500)));
      default -> Lifecycle.ONCE;
    };
  }

  /** Of a name that is started again few at a time are moved. */
  private Lifecycle movable(int number, Lifecycle lifecycle) {
    boolean is = lifecycle.restart().restarts() && correspondents.nameOf(number).isPresent();
    return lifecycle.withDisruptions(is ? DISRUPTIONS : 0);
  }

  private static Probe probeOf(int number) {
    return PROBES.get(number / 4 % PROBES.size());
  }

  private Optional<String> nameOf(int number) {
    return number % BEFORE_ITS_TIME_ONE_IN == LATE
        ? Optional.of(LATE_NAME)
        : correspondents.nameOf(number);
  }

  /**
   * Some start after one of the pool, which starts after nobody, and some after who is not there
   * yet.
   */
  private List<Name> afterOf(int number) {
    if (number % BEFORE_ITS_TIME_ONE_IN == EARLY) {
      return List.of(new Name(LATE_NAME));
    }
    return number % AFTER_ONE_IN == 1
        ? correspondents.nameOf(number - 1).map(Name::new).stream().toList()
        : List.of();
  }

  /** Some are told to end, whether they run then or wait to be started again. */
  private void endLater(Life life, Response response) {
    if (response instanceof Response.Spawned(var ids) && !ids.isEmpty() && random.nextBoolean()) {
      time.after(
          pause(ENDED_PER_MINUTE),
          () -> ask(life, new Request.Signal(List.of(ids.getFirst()), SIGTERM), answer -> {}));
    }
  }

  boolean over() {
    return time.nowNanos() >= plan.safety().toNanos();
  }

  private Optional<Life> anybody() {
    Integer[] agents = plan.agents().toArray(Integer[]::new);
    return world.living(agents[random.nextInt(agents.length)]);
  }

  private long pause(int perMinute) {
    return (long) (-Math.log(1 - random.nextDouble()) * MINUTE_NANOS / perMinute);
  }
}
