package io.nefele.placement;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/** Servers that place processes on each other, over a network that loses messages when told to. */
final class PlacementWorld {
  static final Resources CAPACITY = new Resources(4000, 4096);

  private final SortedMap<AgentId, Server> servers = new TreeMap<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingLong(Event::order));
  private final RandomGenerator random;
  private Instant now = Instant.EPOCH;
  private long lastOrder;
  int lossPercent;

  /** Answers by token. */
  final Map<Long, List<ProcessId>> placed = new LinkedHashMap<>();

  final Map<Long, Decision> planned = new LinkedHashMap<>();
  final Map<Long, PlacementEffect.Refusal> refused = new LinkedHashMap<>();

  private record Event(Instant at, long order, Runnable action) {}

  /** One server: its core, and what Linux would hold. */
  final class Server {
    final AgentBoot boot;
    Placement placement;
    Resources capacity = CAPACITY;
    final SortedSet<ProcessId> gated = new TreeSet<>();
    final SortedSet<ProcessId> running = new TreeSet<>();
    final Map<ProcessId, ProcessTemplate> made = new TreeMap<>();
    private final Map<ProcessId, RequestKey> requestOf = new TreeMap<>();

    /** On its disk. */
    private final SortedMap<RequestKey, List<AgentId>> open = new TreeMap<>();

    private final Map<PlacementTimer, Long> timers = new LinkedHashMap<>();
    private int lastCounter;
    boolean prepares = true;

    /** During which it says again and again that it goes on. */
    int prepareSeconds;

    /** Those that were told to give way. */
    final List<ProcessId> preempted = new ArrayList<>();

    /** Whether they do, one after the other, and how long each takes. */
    boolean yields = true;

    int yieldSeconds;

    final List<RequestKey> unprepared = new ArrayList<>();
    boolean up = true;

    /** Nobody hears of it. */
    boolean silent;

    Server(AgentBoot boot, ServerFacts facts) {
      this.boot = boot;
      this.placement = new Placement(boot, CAPACITY, facts, agent -> server(agent).up);
    }

    void input(PlacementInput input) {
      if (up) {
        placement.step(now, input).forEach(this::execute);
      }
    }

    private void execute(PlacementEffect effect) {
      switch (effect) {
        case PlacementEffect.Send(AgentId to, PlacementMessage message) -> send(to, message);
        case PlacementEffect.Prepare prepare -> {
          for (int s = 2; s < prepareSeconds; s += 2) {
            later(
                Duration.ofSeconds(s),
                () -> input(new PlacementInput.StillPreparing(prepare.key())));
          }
          later(
              Duration.ofSeconds(prepareSeconds).plusMillis(random.nextInt(20)),
              () -> prepare(prepare));
        }
        case PlacementEffect.Unprepare(var key) -> unprepared.add(key);
        case PlacementEffect.KeepOpen(var key, var participants) -> open.put(key, participants);
        case PlacementEffect.ForgetOpen(var key) -> open.remove(key);
        case PlacementEffect.Release(var processes) -> {
          gated.removeAll(processes);
          running.addAll(processes);
        }
        case PlacementEffect.Discard(var processes) -> {
          processes.forEach(gated::remove);
          processes.forEach(running::remove);
          processes.forEach(p -> input(new PlacementInput.Ended(p)));
        }
        case PlacementEffect.Preempt(var processes) -> {
          preempted.addAll(processes);
          if (yields) {
            int seconds = 0;
            for (ProcessId process : processes) {
              seconds += yieldSeconds;
              later(Duration.ofSeconds(seconds), () -> end(process));
            }
          }
        }
        case PlacementEffect.SetTimer(var timer, var delay) -> {
          long order = ++lastOrder;
          timers.put(timer, order);
          later(
              delay,
              () -> {
                if (timers.remove(timer, order)) {
                  input(new PlacementInput.TimerFired(timer));
                }
              });
        }
        case PlacementEffect.CancelTimer(var timer) -> timers.remove(timer);
        case PlacementEffect.Placed(long token, var processes, var decision) ->
            placed.put(token, processes);
        case PlacementEffect.Planned(long token, var decision) -> planned.put(token, decision);
        case PlacementEffect.Refused(long token, var refusal, var decision) ->
            refused.put(token, refusal);
      }
    }

    void end(ProcessId process) {
      gated.remove(process);
      running.remove(process);
      input(new PlacementInput.Ended(process));
    }

    private void prepare(PlacementEffect.Prepare prepare) {
      if (!prepares) {
        input(new PlacementInput.PrepareFailed(prepare.key(), "command not found"));
        return;
      }
      List<ProcessId> processes = new ArrayList<>();
      for (Component component : prepare.components()) {
        for (int i = 0; i < component.count(); i++) {
          ProcessId process = new ProcessId(boot, ++lastCounter);
          made.put(process, component.template());
          requestOf.put(process, prepare.key());
          processes.add(process);
        }
      }
      (prepare.gated() ? gated : running).addAll(processes);
      assertWithinCapacity();
      input(new PlacementInput.Prepared(prepare.key(), processes));
    }

    /** The agent is started anew; of its processes those live on that had been let go. */
    void restart() {
      timers.clear();
      placement =
          new Placement(
              new AgentBoot(boot.agent(), 2),
              CAPACITY,
              ServerFacts.NONE,
              agent -> server(agent).up);
      gated.clear();
      new TreeMap<>(open).forEach((key, with) -> input(new PlacementInput.Reopened(key, with)));
      for (ProcessId process : running) {
        ProcessTemplate template = Optional.ofNullable(made.get(process)).orElseThrow();
        input(
            new PlacementInput.Adopted(
                process,
                template.demand(),
                template.tags(),
                Optional.ofNullable(requestOf.get(process))));
      }
    }

    private void assertWithinCapacity() {
      Resources left = capacity;
      for (var entry : made.entrySet()) {
        if (gated.contains(entry.getKey()) || running.contains(entry.getKey())) {
          left = left.minus(entry.getValue().demand());
        }
      }
    }

    private void send(AgentId to, PlacementMessage message) {
      boolean lost = !to.equals(boot.agent()) && (silent || random.nextInt(100) < lossPercent);
      Bytes bytes = PlacementMessage.CODEC.toBytes(message);
      if (!lost) {
        later(
            Duration.ofMillis(1 + random.nextInt(5)),
            () -> server(to).input(new PlacementInput.Received(boot.agent(), decode(bytes))));
      }
    }
  }

  PlacementWorld(int count, RandomGenerator random) {
    this(count, random, number -> ServerFacts.NONE);
  }

  /**
   * @param facts what constraints may ask of each server, by its number
   */
  PlacementWorld(int count, RandomGenerator random, IntFunction<ServerFacts> facts) {
    this.random = random;
    for (int i = 1; i <= count; i++) {
      AgentBoot boot = new AgentBoot(new AgentId(i), 1);
      servers.put(boot.agent(), new Server(boot, facts.apply(i)));
    }
  }

  static ProcessTemplate template(int cpuMillis, long memoryBytes) {
    return new ProcessTemplate(
        new Name("tenant"),
        Optional.empty(),
        new Resources(cpuMillis, memoryBytes),
        List.of(),
        List.of(),
        List.of(),
        "/",
        List.of("sleep", "9"),
        Terms.USUAL);
  }

  /** Server {@code number} has that much from the start. */
  void give(int number, Resources capacity) {
    Server server = server(number);
    server.capacity = capacity;
    server.placement = new Placement(server.boot, capacity);
  }

  Server server(int number) {
    return server(new AgentId(number));
  }

  Server server(AgentId agent) {
    Server server = servers.get(agent);
    if (server == null) {
      throw new IllegalArgumentException("no server " + agent);
    }
    return server;
  }

  Iterable<Server> servers() {
    return servers.values();
  }

  /** All servers there are. */
  SortedSet<AgentId> agents() {
    return new TreeSet<>(servers.keySet());
  }

  /** The processes that the request was answered with; none if it was refused. */
  List<ProcessId> placed(long token) {
    return placed.getOrDefault(token, List.of());
  }

  /** How far the request was from fitting; it must have been refused for want of room. */
  PlacementEffect.Refusal.NoRoom noRoom(long token) {
    if (refused.get(token) instanceof PlacementEffect.Refusal.NoRoom noRoom) {
      return noRoom;
    }
    throw new AssertionError("request " + token + ": " + placed(token) + refused);
  }

  void request(int at, long token, ProcessTemplate template, int count) {
    request(at, token, List.of(new Component(template, count)));
  }

  void request(int at, long token, List<Component> components) {
    server(at)
        .input(
            new PlacementInput.Requested(
                token, components, Duration.ZERO, List.of(List.copyOf(servers.keySet()))));
  }

  void crash(int number) {
    Server server = server(number);
    server.up = false;
    for (Server other : servers.values()) {
      later(
          Duration.ofMillis(300),
          () -> other.input(new PlacementInput.AgentLost(server.boot.agent())));
    }
  }

  void later(Duration delay, Runnable action) {
    events.add(new Event(now.plus(delay), ++lastOrder, action));
  }

  /** Runs until nothing is left to happen. */
  void run() {
    runFor(Duration.ofDays(1));
  }

  void runFor(Duration span) {
    Instant end = now.plus(span);
    for (Event event = events.peek(); event != null; event = events.peek()) {
      if (event.at.isAfter(end)) {
        break;
      }
      events.remove();
      now = event.at;
      event.action.run();
    }
    now = end;
  }

  private static PlacementMessage decode(Bytes bytes) {
    try {
      return PlacementMessage.CODEC.fromBytes(bytes);
    } catch (MalformedMessage e) {
      throw new IllegalStateException(e);
    }
  }
}
