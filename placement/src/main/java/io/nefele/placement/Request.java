package io.nefele.placement;

import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
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
  final ProcessTemplate template;
  final int count;

  /** Whom to ask next, nearest first. */
  final Deque<List<AgentId>> circles;

  final SortedMap<AgentId, PlacementMessage.Offer> offers = new TreeMap<>();
  final SortedMap<AgentId, List<ProcessId>> ready = new TreeMap<>();

  /** Whose answer the current phase waits for. */
  final SortedSet<AgentId> awaited = new TreeSet<>();

  Phase phase = Phase.ASKING;

  Request(RequestKey key, PlacementInput.Requested requested) {
    this.key = key;
    this.token = requested.token();
    this.template = requested.template();
    this.count = requested.count();
    this.circles = new ArrayDeque<>(requested.circles());
  }

  boolean isAsking() {
    return phase == Phase.ASKING_HOME || phase == Phase.ASKING;
  }

  /** One process alone needs no gate: there are no others that it would have to wait for. */
  boolean gated() {
    return count > 1;
  }

  List<ProcessId> processes() {
    return ready.values().stream().flatMap(List::stream).toList();
  }
}
