package io.nefele.agent.depot;

import io.nefele.core.AgentId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Agents that asked for chunks which are not here yet. */
final class Waiters {
  /** So long a bundle may be unknown here: the word that it is wanted here may be on its way. */
  private static final Duration UNKNOWN_PATIENCE = Duration.ofSeconds(1);

  /** More bundles than that are not waited for at a time. */
  private static final int UNKNOWN_MAX = 1000;

  private final List<DepotEffect> effects;
  private final SortedMap<BundleKey, SortedMap<Integer, SequencedSet<AgentId>>> waiting =
      new TreeMap<>();
  private final SortedMap<BundleKey, Instant> since = new TreeMap<>();

  /** Whether it is worth to wait for a chunk. */
  interface Worth {
    boolean of(AgentId agent, BundleKey key, int chunk);
  }

  Waiters(List<DepotEffect> effects) {
    this.effects = effects;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void add(AgentId agent, BundleKey key, int chunk, Instant now) {
    if (!waiting.containsKey(key) && waiting.size() >= UNKNOWN_MAX) {
      effects.add(new DepotEffect.Send(agent, new DepotMessage.Lacking(key, chunk)));
      return;
    }
    since.putIfAbsent(key, now);
    waiting
        .computeIfAbsent(key, its -> new TreeMap<>())
        .computeIfAbsent(chunk, its -> new LinkedHashSet<>())
        .add(agent);
  }

  /** Who has waited for a chunk that is here now. */
  List<AgentId> take(BundleKey key, int chunk) {
    SortedMap<Integer, SequencedSet<AgentId>> chunks = waiting.get(key);
    if (chunks == null) {
      return List.of();
    }
    SequencedSet<AgentId> agents = chunks.remove(chunk);
    if (chunks.isEmpty()) {
      forget(key);
    }
    return agents == null ? List.of() : List.copyOf(agents);
  }

  /** All chunks of {@code key} that somebody waits for. */
  List<Integer> chunks(BundleKey key) {
    SortedMap<Integer, SequencedSet<AgentId>> chunks = waiting.get(key);
    return chunks == null ? List.of() : List.copyOf(chunks.keySet());
  }

  void agentLost(AgentId agent) {
    for (BundleKey key : List.copyOf(waiting.keySet())) {
      SortedMap<Integer, SequencedSet<AgentId>> chunks = waiting.get(key);
      if (chunks != null) {
        chunks.values().forEach(agents -> agents.remove(agent));
        chunks.values().removeIf(SequencedSet::isEmpty);
        if (chunks.isEmpty()) {
          forget(key);
        }
      }
    }
  }

  /** Refuses those whose bundle is still not on its way. */
  void tick(Instant now, Predicate<BundleKey> isComing) {
    List<BundleKey> hopeless = new ArrayList<>();
    since.forEach(
        (key, at) -> {
          if (at.isBefore(now.minus(UNKNOWN_PATIENCE)) && !isComing.test(key)) {
            hopeless.add(key);
          }
        });
    hopeless.forEach(this::refuse);
  }

  /** Says so to those who had better go on to wait. */
  void sayComing(Worth isWorthWaiting) {
    waiting.forEach(
        (key, chunks) ->
            chunks.forEach(
                (chunk, agents) ->
                    agents.stream()
                        .filter(agent -> isWorthWaiting.of(agent, key, chunk))
                        .forEach(
                            agent ->
                                effects.add(
                                    new DepotEffect.Send(
                                        agent, new DepotMessage.Coming(key, chunk))))));
  }

  /** They have to ask somebody else. */
  void refuse(BundleKey key) {
    SortedMap<Integer, SequencedSet<AgentId>> chunks = waiting.get(key);
    forget(key);
    if (chunks != null) {
      chunks.forEach(
          (chunk, agents) ->
              agents.forEach(
                  agent ->
                      effects.add(
                          new DepotEffect.Send(agent, new DepotMessage.Lacking(key, chunk)))));
    }
  }

  private void forget(BundleKey key) {
    waiting.remove(key);
    since.remove(key);
  }
}
