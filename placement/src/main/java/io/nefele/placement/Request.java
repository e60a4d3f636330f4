package io.nefele.placement;

import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A requester's record of one request; {@link Requester} holds the rules. */
final class Request {
  /** How far a request is. */
  enum Phase {
    /** Only this agent itself has been asked. */
    ASKING_HOME,
    ASKING,
    PREPARING,
    RELEASING
  }

  final RequestKey key;
  final long token;
  final List<Component> components;
  final int count;

  /** Whom to ask next, nearest first. */
  final Deque<List<AgentId>> circles;

  final SortedMap<AgentId, PlacementMessage.Offer> offers = new TreeMap<>();

  /** How many of each component each agent was told to make. */
  SortedMap<AgentId, int[]> cover = new TreeMap<>();

  final SortedMap<AgentId, List<ProcessId>> ready = new TreeMap<>();

  /** Whose answer the current phase waits for. */
  final SortedSet<AgentId> awaited = new TreeSet<>();

  Phase phase = Phase.ASKING;

  Request(RequestKey key, PlacementInput.Requested requested) {
    this.key = key;
    this.token = requested.token();
    this.components = requested.components();
    this.count = Component.processes(components);
    this.circles = new ArrayDeque<>(requested.circles());
  }

  boolean isAsking() {
    return phase == Phase.ASKING_HOME || phase == Phase.ASKING;
  }

  /** One process alone needs no gate: there are no others that it would have to wait for. */
  boolean gated() {
    return count > 1;
  }

  /** How many processes {@code agent} was told to make. */
  int share(AgentId agent) {
    int[] counts = cover.get(agent);
    return counts == null ? 0 : Arrays.stream(counts).sum();
  }

  /** What {@code agent} is to make. */
  List<Component> componentsOf(AgentId agent) {
    int[] counts = cover.get(agent);
    List<Component> its = new ArrayList<>();
    for (int i = 0; counts != null && i < counts.length; i++) {
      if (counts[i] > 0) {
        its.add(new Component(components.get(i).template(), counts[i]));
      }
    }
    return its;
  }

  /** The processes that are ready, in the order of the components. */
  List<ProcessId> processes() {
    Map<AgentId, Iterator<ProcessId>> left = new LinkedHashMap<>();
    ready.forEach((agent, processes) -> left.put(agent, processes.iterator()));
    List<ProcessId> all = new ArrayList<>();
    for (int i = 0; i < components.size(); i++) {
      int component = i;
      left.forEach(
          (agent, processes) -> {
            int[] counts = cover.get(agent);
            for (int n = 0; counts != null && n < counts[component]; n++) {
              all.add(processes.next());
            }
          });
    }
    return all;
  }
}
