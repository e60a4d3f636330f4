package io.nefele.bench.placement;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import io.nefele.placement.Circles;
import io.nefele.placement.Component;
import io.nefele.placement.Decision;
import io.nefele.placement.Placement;
import io.nefele.placement.PlacementEffect;
import io.nefele.placement.PlacementInput;
import io.nefele.placement.PlacementTimer;
import io.nefele.placement.Resources;
import io.nefele.placement.ServerFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Servers that place processes on each other in virtual time: the agents' own placement cores, over
 * a network with delays, knowing of servers outside their group what these told up to five seconds
 * ago.
 */
final class Fleet {
  static final int GROUP = 16;
  private static final Duration SUMMARY = Duration.ofSeconds(5);
  private static final int DELAY_MIN_MICROS = 100;
  private static final int DELAY_SPREAD_MICROS = 300;
  private static final int PREPARE_MIN_MICROS = 1_000;
  private static final int PREPARE_SPREAD_MICROS = 2_000;

  private final List<Server> servers = new ArrayList<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingLong(Event::order));
  private final Map<Long, Answer> waiting = new HashMap<>();
  private final RandomGenerator random;
  private Instant now = Instant.EPOCH;
  private long lastOrder;
  private long lastToken;

  private record Event(Instant at, long order, Runnable action) {}

  /** What to do with an outcome. */
  interface Answer {
    /**
     * @param processes none if it was refused
     */
    void accept(List<ProcessId> processes, Decision decision);
  }

  private final class Server {
    final AgentBoot boot;
    final Resources capacity;
    final Placement placement;
    final Map<PlacementTimer, Long> timers = new HashMap<>();
    Resources told;
    int lastCounter;

    Server(int number, Resources capacity, ServerFacts.Policy policy) {
      this.boot = new AgentBoot(new AgentId(number + 1), 1);
      this.capacity = capacity;
      this.told = capacity;
      ServerFacts facts = new ServerFacts(new TreeMap<>(), "", policy);
      this.placement = new Placement(boot, capacity, facts);
    }

    void input(PlacementInput input) {
      placement.step(now, input).forEach(this::execute);
    }

    private void execute(PlacementEffect effect) {
      switch (effect) {
        case PlacementEffect.Send(AgentId to, var message) ->
            later(
                to.equals(boot.agent()) ? Duration.ZERO : delay(),
                () ->
                    servers
                        .get((int) to.value() - 1)
                        .input(new PlacementInput.Received(boot.agent(), message)));
        case PlacementEffect.Prepare prepare ->
            later(
                micros(PREPARE_MIN_MICROS + random.nextInt(PREPARE_SPREAD_MICROS)),
                () -> prepare(prepare));
        case PlacementEffect.Unprepare unprepare -> {}
        case PlacementEffect.Release released -> {}
        case PlacementEffect.KeepOpen open -> {}
        case PlacementEffect.ForgetOpen open -> {}
        case PlacementEffect.Discard(var processes) ->
            processes.forEach(process -> input(new PlacementInput.Ended(process)));
        case PlacementEffect.SetTimer(var timer, Duration delay) -> {
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
        case PlacementEffect.Placed(long token, var processes, Decision decision) ->
            answer(token, processes, decision);
        case PlacementEffect.Preempt preempt ->
            throw new IllegalStateException("nothing in the trace has a priority");
        case PlacementEffect.Planned planned ->
            throw new IllegalStateException("nothing was to be planned");
        case PlacementEffect.Refused(long token, var refusal, var decision) ->
            answer(
                token,
                List.of(),
                decision.orElseThrow(() -> new IllegalStateException(refusal.toString())));
      }
    }

    private void prepare(PlacementEffect.Prepare prepare) {
      List<ProcessId> processes = new ArrayList<>();
      for (int i = 0; i < Component.processes(prepare.components()); i++) {
        processes.add(new ProcessId(boot, ++lastCounter));
      }
      input(new PlacementInput.Prepared(prepare.key(), processes));
    }
  }

  Fleet(List<Resources> capacities, ServerFacts.Policy policy, RandomGenerator random) {
    this.random = random;
    for (int i = 0; i < capacities.size(); i++) {
      Server server = new Server(i, capacities.get(i), policy);
      servers.add(server);
      later(micros(random.nextInt(5_000_000)), () -> tell(server));
    }
  }

  private void tell(Server server) {
    server.told = server.placement.free();
    later(SUMMARY, () -> tell(server));
  }

  /** Has server {@code at} place {@code components}. */
  void request(int at, List<Component> components, Answer then) {
    long token = ++lastToken;
    waiting.put(token, then);
    int groups = servers.size() / GROUP;
    List<AgentId> near = new ArrayList<>();
    List<Circles.Summary> others = new ArrayList<>();
    for (int i = 0; i < servers.size(); i++) {
      Server server = servers.get(i);
      // Groups are as near as their numbers, in a ring, so that none is at the edge.
      int apart = Math.floorMod(i / GROUP - at / GROUP, groups);
      if (apart == 0) {
        near.add(server.boot.agent());
      } else {
        others.add(
            new Circles.Summary(
                server.boot.agent(), server.capacity, server.told, ServerFacts.NONE, apart));
      }
    }
    servers
        .get(at)
        .input(
            new PlacementInput.Requested(
                token, components, Duration.ZERO, Circles.of(near, others, components)));
  }

  private void answer(long token, List<ProcessId> processes, Decision decision) {
    Answer then = waiting.remove(token);
    if (then != null) {
      then.accept(processes, decision);
    }
  }

  void end(List<ProcessId> processes) {
    for (ProcessId process : processes) {
      servers.get((int) process.agent().value() - 1).input(new PlacementInput.Ended(process));
    }
  }

  List<Resources> free() {
    return servers.stream().map(server -> server.placement.free()).toList();
  }

  int inFlight() {
    return waiting.size();
  }

  void later(Duration delay, Runnable action) {
    events.add(new Event(now.plus(delay), ++lastOrder, action));
  }

  void runFor(Duration span) {
    Instant end = now.plus(span);
    for (Event event = events.peek();
        event != null && !event.at.isAfter(end);
        event = events.peek()) {
      events.remove();
      now = event.at;
      event.action.run();
    }
    now = end;
  }

  private Duration delay() {
    return micros(DELAY_MIN_MICROS + random.nextInt(DELAY_SPREAD_MICROS));
  }

  private static Duration micros(long micros) {
    return Duration.ofNanos(micros * 1000);
  }
}
