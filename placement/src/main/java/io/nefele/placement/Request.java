package io.nefele.placement;

import io.nefele.core.AgentId;
import io.nefele.core.InvariantViolation;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** The places of a plan are being held. */
    PLANNING,

    /** The places of a plan are held. */
    PLANNED,

    /** Others were quicker; it begins anew soon. */
    PAUSING,
    PREPARING,
    RELEASING
  }

  private static final int TRIES_MAX = 6;

  final RequestKey key;
  final PlacementInput.Requested requested;

  /** When it was asked for, first. */
  final Instant since;

  /** How often it was begun. */
  final int tries;

  long token;
  final List<Component> components;
  final List<Target> targets;
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

  /** Where others give way to it. */
  final SortedSet<AgentId> preempting = new TreeSet<>();

  final SortedSet<AgentId> silent = new TreeSet<>();
  int circlesAsked;
  int agentsAsked;

  /** Once it is decided. */
  Optional<Cover.Chosen> chosen = Optional.empty();

  Duration took = Duration.ZERO;

  Request(RequestKey key, PlacementInput.Requested requested, Instant since, int tries) {
    this.key = key;
    this.requested = requested;
    this.since = since;
    this.tries = tries;
    this.token = requested.token();
    this.components = requested.components();
    this.targets = Component.targets(components);
    this.count = Component.processes(components);
    this.circles = new ArrayDeque<>(requested.circles());
  }

  /** What {@code agent} has offered. */
  PlacementMessage.Offer offer(AgentId agent) {
    PlacementMessage.Offer offer = offers.get(agent);
    if (offer == null) {
      throw new InvariantViolation(agent + " has offered nothing for " + key);
    }
    return offer;
  }

  boolean isAsking() {
    return phase == Phase.ASKING_HOME || phase == Phase.ASKING;
  }

  /** Whether no process can have been made for it. */
  boolean nothingMade() {
    return phase != Phase.PREPARING && phase != Phase.RELEASING;
  }

  boolean isPlan() {
    return !requested.keep().isZero();
  }

  /** Whether it is of one process that may be anywhere. */
  boolean isSimple() {
    return count == 1 && !isPlan() && components.getFirst().template().constraints().isEmpty();
  }

  /** Whether others hold what may come free soon. */
  boolean isContended() {
    return offers.values().stream().anyMatch(PlacementMessage.Offer::contended);
  }

  /** A plan is kept just as it was shown, or not at all. */
  boolean mayTryAgain() {
    return tries < TRIES_MAX && !(isPlan() && phase == Phase.PREPARING);
  }

  Decision decision() {
    Cover.Chosen its = chosen.orElseThrow(() -> new InvariantViolation("not decided: " + key));
    return new Decision(
        key,
        count,
        its.fitting(),
        its.verdicts().stream().map(this::told).toList(),
        circlesAsked,
        agentsAsked,
        List.copyOf(silent),
        tries,
        took,
        !preempting.isEmpty(),
        its.complete() ? "" : lacking(its));
  }

  private Verdict told(Verdict verdict) {
    return preempting.contains(verdict.agent()) && verdict.given() > 0
        ? verdict.saying(verdict.why() + "; processes of a lower priority give way")
        : verdict;
  }

  /** What stands in the way at the server that is closest to taking one. */
  static String lacking(Cover.Chosen chosen) {
    return chosen.verdicts().stream()
        .filter(verdict -> !verdict.fits())
        .max(
            Comparator.comparingDouble(
                verdict -> verdict.free().tighterShareOf(verdict.capacity())))
        .map(verdict -> "agent " + verdict.agent() + ": " + verdict.shortfall())
        .orElse("no agent answered");
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
