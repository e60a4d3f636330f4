package io.nefele.contract;

import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.GroupId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The events of a run, in an order that they happened in. Thread-safe. */
public final class Trace implements Consumer<GroupEvent> {
  private final List<GroupEvent> events = new ArrayList<>();
  private final Map<Seat, List<AgentBoot>> views = new HashMap<>();
  private final Map<Seat, Integer> heard = new HashMap<>();
  private final Map<AgentBoot, Integer> received = new HashMap<>();

  private record Seat(AgentBoot agent, GroupId group) {}

  /** Something about the events so far. */
  @FunctionalInterface
  public interface Condition {
    boolean holds(Trace trace);
  }

  @Override
  public synchronized void accept(GroupEvent event) {
    events.add(event);
    switch (event) {
      case GroupEvent.Installed(var at, var group, var members) ->
          views.put(new Seat(at, group), members);
      case GroupEvent.Delivered delivered ->
          heard.merge(new Seat(delivered.at(), delivered.group()), 1, Integer::sum);
      case GroupEvent.Received(var at, var from, int number) -> received.merge(at, 1, Integer::sum);
      case GroupEvent.Opened(var at, var group) -> views.remove(new Seat(at, group));
      case GroupEvent.Closed(var at, var group) -> views.remove(new Seat(at, group));
      case GroupEvent.Crashed(var at) -> views.keySet().removeIf(seat -> seat.agent.equals(at));
      case GroupEvent.Broadcast broadcast -> {}
      case GroupEvent.Sent sent -> {}
    }
    notifyAll();
  }

  public synchronized List<GroupEvent> events() {
    return List.copyOf(events);
  }

  /** The last view that the agent was told since it opened the group. */
  public synchronized List<AgentBoot> view(AgentBoot agent, GroupId group) {
    return views.getOrDefault(new Seat(agent, group), List.of());
  }

  /** Whether all of {@code members} have been told a view of just them, in any order. */
  public synchronized boolean allIn(Collection<AgentBoot> members, GroupId group) {
    List<AgentBoot> sorted = members.stream().sorted().toList();
    return members.stream()
        .allMatch(member -> view(member, group).stream().sorted().toList().equals(sorted));
  }

  /** How many broadcasts the agent has heard in the group. */
  public synchronized int heard(AgentBoot agent, GroupId group) {
    return heard.getOrDefault(new Seat(agent, group), 0);
  }

  /** How many messages to it alone the agent has received. */
  public synchronized int received(AgentBoot agent) {
    return received.getOrDefault(agent, 0);
  }

  /** Blocks until {@code condition} holds; returns whether it does within {@code limit}. */
  public synchronized boolean await(Condition condition, Duration limit)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.holds(this)) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(left / 1_000_000 + 1);
    }
    return true;
  }

  @Override
  public synchronized String toString() {
    return events.size() + " events; views " + views + ", heard " + heard;
  }
}
