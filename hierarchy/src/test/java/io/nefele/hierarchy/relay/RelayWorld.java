package io.nefele.hierarchy.relay;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Name;
import io.nefele.core.SeededStreams;
import io.nefele.hierarchy.GroupId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Relays on a hierarchy that stands still: groups of four, everybody knows it. Same seed, same run.
 */
final class RelayWorld implements Tree {
  private static final int WIDTH = 4;
  private static final Bytes QUESTION = Bytes.utf8("who?");

  private record Event(long atNanos, long sequence, Runnable what) {}

  private final RandomGenerator random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (a, b) ->
              a.atNanos != b.atNanos
                  ? Long.compare(a.atNanos, b.atNanos)
                  : Long.compare(a.sequence, b.sequence));
  private final List<AgentBoot> agents = new ArrayList<>();
  private final TreeMap<GroupId, List<AgentBoot>> groups = new TreeMap<>();
  private final Map<AgentBoot, Relay> relays = new TreeMap<>();
  private final Map<String, Long> timers = new TreeMap<>();
  private final Set<AgentBoot> dead = new HashSet<>();
  private final Map<AgentBoot, Integer> delivered = new TreeMap<>();
  private Optional<RelayEffect.Finished> outcome = Optional.empty();
  private double loss;
  private long nowNanos;
  private long sequence;
  private int messages;

  RelayWorld(long seed, int count) {
    this.random = new SeededStreams(seed).stream("world");
    for (int i = 1; i <= count; i++) {
      AgentBoot boot = new AgentBoot(new AgentId(i), 1);
      agents.add(boot);
      relays.put(boot, new Relay(boot, this));
    }
    List<AgentBoot> level = agents;
    for (int index = 0; ; index++) {
      List<AgentBoot> leaders = new ArrayList<>();
      for (int from = 0; from < level.size(); from += WIDTH) {
        List<AgentBoot> members = level.subList(from, Math.min(from + WIDTH, level.size()));
        groups.put(new GroupId(new Name("boot"), index, members.getFirst(), 1), members);
        leaders.add(members.getFirst());
      }
      if (leaders.size() == 1) {
        return;
      }
      level = leaders;
    }
  }

  void lose(double share) {
    loss = share;
  }

  void kill(AgentBoot agent) {
    dead.add(agent);
  }

  void killAfter(Duration delay, AgentBoot agent) {
    at(delay, () -> dead.add(agent));
  }

  RelayEffect.Finished ask(AgentBoot asker, Optional<GroupId> subtree, Duration deadline) {
    step(asker, new RelayInput.Asked(7, subtree, QUESTION, deadline));
    while (!events.isEmpty()) {
      Event event = events.remove();
      nowNanos = event.atNanos;
      event.what.run();
    }
    return outcome.orElseThrow();
  }

  /** How often each agent was handed the question. */
  Map<AgentBoot, Integer> delivered() {
    return delivered;
  }

  int messages() {
    return messages;
  }

  @Override
  public Optional<GroupId> top() {
    return Optional.of(groups.lastKey());
  }

  @Override
  public List<AgentBoot> members(GroupId group) {
    return groups.getOrDefault(group, List.of());
  }

  @Override
  public Optional<GroupId> ledBy(AgentBoot leader, GroupId group) {
    return Optional.of(new GroupId(group.service(), group.level() - 1, leader, 1))
        .filter(groups::containsKey);
  }

  @Override
  public List<AgentBoot> agents() {
    return List.copyOf(agents);
  }

  private void step(AgentBoot at, RelayInput input) {
    Relay relay = relays.get(at);
    if (relay == null || dead.contains(at)) {
      return;
    }
    for (RelayEffect effect : relay.step(Instant.ofEpochSecond(0, nowNanos), input)) {
      switch (effect) {
        case RelayEffect.Send(AgentBoot to, RelayMessage message) -> send(at, to, message);
        case RelayEffect.Deliver(QuestionId id, Bytes question) -> {
          delivered.merge(at, 1, Integer::sum);
          step(at, new RelayInput.Replied(id, Bytes.utf8(at.toString())));
        }
        case RelayEffect.Finished finished -> outcome = Optional.of(finished);
        case RelayEffect.SetTimer(RelayTimer timer, Duration delay) -> {
          String key = at + " " + timer;
          long set = ++sequence;
          timers.put(key, set);
          at(
              delay,
              () -> {
                if (timers.remove(key, set)) {
                  step(at, new RelayInput.TimerFired(timer));
                }
              });
        }
        case RelayEffect.CancelTimer(RelayTimer timer) -> timers.remove(at + " " + timer);
      }
    }
  }

  private void send(AgentBoot from, AgentBoot to, RelayMessage message) {
    if (!from.equals(to)) {
      messages++;
      if (random.nextDouble() < loss) {
        return;
      }
    }
    at(
        Duration.ofNanos(random.nextLong(100_000, 2_000_000)),
        () -> step(to, new RelayInput.Received(from, message)));
  }

  private void at(Duration delay, Runnable what) {
    events.add(new Event(nowNanos + delay.toNanos(), ++sequence, what));
  }
}
