package io.nefele.table.tenant;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Agents that place processes under a quota, in virtual time; each process runs somewhere. */
final class QuotaWorld {
  private static final int SLOWEST_MILLIS = 20;
  private static final int SLOWEST_SPAWN_MILLIS = 400;
  private static final Use EACH = Use.of(1, 0, 0);

  private final Random random;
  private final Quota quota;
  private final SortedMap<AgentId, Quotas> agents = new TreeMap<>();
  private final SortedSet<AgentId> present = new TreeSet<>();
  private final SortedMap<AgentId, Integer> counters = new TreeMap<>();
  private final SortedSet<ProcessId> running = new TreeSet<>();
  private final SortedMap<Long, Wish> wishes = new TreeMap<>();
  private final SortedMap<String, Long> timers = new TreeMap<>();
  private final List<String> refusals = new ArrayList<>();
  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingLong(Event::order));
  private Instant now = Instant.ofEpochSecond(1000);
  private long order;

  private record Event(Instant at, long order, Runnable action) {}

  private record Wish(Name tenant, int count) {}

  QuotaWorld(long seed, int count, Quota quota) {
    this.random = new Random(seed);
    this.quota = quota;
    for (int i = 0; i < count; i++) {
      AgentId agent = new AgentId(i);
      present.add(agent);
      counters.put(agent, 0);
      agents.put(agent, new Quotas(agent, () -> present, tenant -> this.quota));
    }
  }

  int random(int bound) {
    return random.nextInt(bound);
  }

  int running() {
    return running.size();
  }

  List<String> refusals() {
    return refusals;
  }

  void endAll() {
    running.clear();
  }

  int keeper(Name tenant) {
    return (int) Keepers.of(tenant, present).value();
  }

  /** The agent is gone; what it ran runs on, and others hold its rows. */
  void kill(int agent) {
    present.remove(new AgentId(agent));
    agents.remove(new AgentId(agent));
  }

  void want(int agent, Name tenant, int count) {
    long token = ++order;
    wishes.put(token, new Wish(tenant, count));
    input(new AgentId(agent), new QuotaInput.Wanted(token, tenant, Use.of(count, 0, 0)));
  }

  void run(Duration duration) {
    Instant end = now.plus(duration);
    while (!queue.isEmpty() && !queue.peek().at().isAfter(end)) {
      Event event = queue.remove();
      now = event.at();
      event.action().run();
    }
    now = end;
  }

  private void after(long millis, Runnable action) {
    queue.add(new Event(now.plusMillis(millis), ++order, action));
  }

  private void input(AgentId agent, QuotaInput input) {
    Quotas quotas = agents.get(agent);
    if (quotas != null) {
      quotas.step(now, input).forEach(effect -> carryOut(agent, effect));
    }
  }

  private void carryOut(AgentId agent, QuotaEffect effect) {
    switch (effect) {
      case QuotaEffect.Send(var to, var message) ->
          after(
              1 + random.nextInt(SLOWEST_MILLIS),
              () -> input(to, new QuotaInput.Received(agent, message)));
      case QuotaEffect.Count(var tenant) -> count(agent, tenant);
      case QuotaEffect.SetTimer(var timer, var delay) -> {
        long armed = ++order;
        timers.put(agent + " " + timer, armed);
        after(
            delay.toMillis(),
            () -> {
              if (timers.remove(agent + " " + timer, armed)) {
                input(agent, new QuotaInput.TimerFired(timer));
              }
            });
      }
      case QuotaEffect.CancelTimer(var timer) -> timers.remove(agent + " " + timer);
      case QuotaEffect.Admitted(long token) -> place(agent, token);
      case QuotaEffect.Refused(long token, var reason) -> refusals.add(reason);
    }
  }

  /** Processes come to be at some servers, one after the other, and then the asker hears of it. */
  private void place(AgentId asker, long token) {
    Wish wish = Objects.requireNonNull(wishes.remove(token));
    List<UseReport.Placed> made = new ArrayList<>();
    List<AgentId> servers = List.copyOf(present);
    int longest = 0;
    for (int i = 0; i < wish.count(); i++) {
      AgentId server = servers.get(random.nextInt(servers.size()));
      int millis = random.nextInt(SLOWEST_SPAWN_MILLIS);
      longest = Math.max(longest, millis);
      after(
          millis,
          () -> {
            int counter = counters.merge(server, 1, Integer::sum);
            ProcessId process = new ProcessId(new AgentBoot(server, 1), counter);
            running.add(process);
            made.add(new UseReport.Placed(process, EACH));
          });
    }
    after(longest + 1, () -> input(asker, new QuotaInput.Placed(token, made)));
  }

  private void count(AgentId keeper, Name tenant) {
    SortedMap<AgentId, UseReport> reports = new TreeMap<>();
    List<AgentId> asked = List.copyOf(present);
    int longest = 0;
    for (AgentId agent : asked) {
      int millis = 1 + random.nextInt(SLOWEST_MILLIS);
      longest = Math.max(longest, millis);
      after(millis, () -> report(agent, tenant, keeper, reports));
    }
    after(
        longest + 1,
        () -> {
          List<AgentId> missing =
              asked.stream().filter(agent -> !reports.containsKey(agent)).toList();
          input(keeper, new QuotaInput.Counted(tenant, reports, missing));
        });
  }

  private void report(
      AgentId agent, Name tenant, AgentId keeper, SortedMap<AgentId, UseReport> reports) {
    Quotas quotas = agents.get(agent);
    if (quotas != null) {
      List<UseReport.Lost> lost =
          counters.keySet().stream()
              .filter(other -> !present.contains(other))
              .map(other -> new UseReport.Lost(other, useOf(other)))
              .toList();
      reports.put(
          agent,
          quotas.report(
              now, tenant, keeper, useOf(agent), 1, counters.getOrDefault(agent, 0), lost));
    }
  }

  private Use useOf(AgentId agent) {
    return Use.of(
        (int) running.stream().filter(process -> process.agent().equals(agent)).count(), 0, 0);
  }
}
