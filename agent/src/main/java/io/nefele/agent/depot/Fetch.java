package io.nefele.agent.depot;

import io.nefele.core.AgentId;
import io.nefele.core.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The bundle that this agent is having sent to it: which chunk is asked of whom. No more than a few
 * are asked of one agent at a time. Who is silent, or lacks what it was asked for, is passed over
 * for the next; when nobody is left, all agents are asked who has it.
 */
final class Fetch {
  /** After so long without a word an agent is taken to be silent. */
  static final Duration SILENCE = Duration.ofSeconds(4);

  /** After so long without a chunk from anybody the bundle can't be had. */
  static final Duration STALL = Duration.ofSeconds(60);

  private static final Duration ASK_HOLDERS_INTERVAL = Duration.ofSeconds(3);
  private static final int ASKED_MAX = 32;
  private static final int ASKED_EACH_MAX = 4;

  /** Further on nobody is asked yet, so that a look over what is missing stays short. */
  private static final int LOOK_AHEAD = 1024;

  final BundleKey key;

  /** By whom it is waited for. */
  final SortedSet<Long> tokens = new TreeSet<>();

  private final AgentId self;
  private final Predicate<AgentId> present;
  private final List<AgentId> origins = new ArrayList<>();
  private final List<AgentId> holders = new ArrayList<>();
  private Sources sources;
  private final SortedMap<Integer, Asked> asked = new TreeMap<>();
  private final SortedMap<AgentId, Instant> heard = new TreeMap<>();
  private final SortedMap<AgentId, Integer> askedEach = new TreeMap<>();

  /** How often others were passed over for each chunk. */
  private final SortedMap<Integer, Integer> passedOver = new TreeMap<>();

  /** Whom each chunk is asked of, as long as nothing changes that it depends on. */
  private final SortedMap<Integer, List<AgentId>> candidates = new TreeMap<>();

  /** Chunks that nobody had; they are asked for again a little later. */
  private final SortedSet<Integer> resting = new TreeSet<>();

  private Instant progressAt;
  private Instant holdersAskedAt = Instant.MIN;
  private boolean wantsHolders;

  private record Asked(AgentId agent, Instant at) {}

  /** A chunk to be asked of an agent. */
  record Question(int chunk, AgentId agent) {}

  Fetch(BundleKey key, AgentId self, Predicate<AgentId> present, Sources sources, Instant now) {
    this.key = key;
    this.self = self;
    this.present = present;
    this.sources = sources;
    this.progressAt = now;
    origins.addAll(sources.origins());
  }

  /** Somebody else waits for it, too, and knows where it may be. */
  void join(long token, Sources more) {
    tokens.add(token);
    candidates.clear();
    more.origins().stream().filter(agent -> !origins.contains(agent)).forEach(origins::add);
    if (sources.groups().isEmpty()) {
      sources = more;
    }
  }

  void holdersFound(List<AgentId> found) {
    candidates.clear();
    found.stream().filter(agent -> !holders.contains(agent)).forEach(holders::add);
    resting.clear();
  }

  /** What to ask now. */
  List<Question> questions(Optional<Bundle> bundle, Instant now) {
    List<Question> questions = new ArrayList<>();
    if (bundle.isEmpty()) {
      consider(DepotMessage.MANIFEST, now, questions);
      return questions;
    }
    Bundle its = bundle.get();
    if (its.state != Bundle.State.OPEN) {
      return questions;
    }
    int looked = 0;
    for (int chunk = its.missing.nextSetBit(0);
        chunk >= 0 && looked < LOOK_AHEAD && asked.size() < ASKED_MAX;
        chunk = its.missing.nextSetBit(chunk + 1)) {
      if (its.lacks(chunk)) {
        looked++;
        consider(chunk, now, questions);
      }
    }
    return questions;
  }

  private void consider(int chunk, Instant now, List<Question> questions) {
    if (asked.containsKey(chunk) || resting.contains(chunk)) {
      return;
    }
    List<AgentId> candidates = candidates(chunk);
    int passed = passedOver.getOrDefault(chunk, 0);
    if (candidates.isEmpty()) {
      wantsHolders = true;
      return;
    }
    AgentId agent = candidates.get(passed % candidates.size());
    if (askedEach.getOrDefault(agent, 0) < ASKED_EACH_MAX) {
      asked.put(chunk, new Asked(agent, now));
      askedEach.merge(agent, 1, Integer::sum);
      questions.add(new Question(chunk, agent));
    }
  }

  private List<AgentId> candidates(int chunk) {
    return candidates.computeIfAbsent(chunk, this::findCandidates);
  }

  private List<AgentId> findCandidates(int chunk) {
    SequencedSet<AgentId> all =
        new LinkedHashSet<>(new Sources(sources.groups(), origins).of(self, chunk));
    all.addAll(holders);
    all.remove(self);
    return all.stream().filter(present).toList();
  }

  /** {@code from} says that it is going to send a chunk. */
  void isComing(AgentId from, int chunk, Instant now) {
    heard.put(from, now);
    asked.computeIfPresent(
        chunk, (its, before) -> before.agent.equals(from) ? new Asked(from, now) : before);
  }

  /** A chunk has come from {@code from}, right or not. */
  void came(AgentId from, int chunk, Instant now) {
    heard.put(from, now);
    Asked its = asked.get(chunk);
    if (its != null && its.agent.equals(from)) {
      forget(chunk);
    }
  }

  void progressed(Instant now) {
    progressAt = now;
  }

  /** {@code from} has no good one. */
  void lacking(AgentId from, int chunk) {
    Asked its = asked.get(chunk);
    if (its == null || its.agent.equals(from)) {
      forget(chunk);
      passOver(chunk);
    }
  }

  /** A chunk that need not be asked for any more. */
  void forget(int chunk) {
    Asked its = asked.remove(chunk);
    if (its != null) {
      askedEach.merge(its.agent, -1, Integer::sum);
    }
  }

  private void passOver(int chunk) {
    int passed = passedOver.merge(chunk, 1, Integer::sum);
    int candidates = candidates(chunk).size();
    if (candidates == 0 || passed % candidates == 0) {
      resting.add(chunk);
      wantsHolders = true;
    }
  }

  void agentLost(AgentId agent) {
    heard.remove(agent);
    candidates.clear();
    passOverAll(agent, Instant.MAX);
  }

  /** Passes over those that are silent. */
  void tick(Instant now) {
    resting.clear();
    candidates.clear();
    for (AgentId agent : List.copyOf(askedEach.keySet())) {
      boolean silent = heard.getOrDefault(agent, Instant.MIN).isBefore(now.minus(SILENCE));
      // Of one that speaks of other chunks the question, or the answer, was lost.
      passOverAll(agent, now.minus(silent ? SILENCE : Durations.multiply(SILENCE, 2)));
    }
  }

  private void passOverAll(AgentId agent, Instant askedBefore) {
    List<Integer> chunks = new ArrayList<>();
    asked.forEach(
        (chunk, its) -> {
          if (its.agent.equals(agent) && its.at.isBefore(askedBefore)) {
            chunks.add(chunk);
          }
        });
    for (int chunk : chunks) {
      forget(chunk);
      passOver(chunk);
    }
  }

  /** Whether to ask who has it; at most now and then. */
  boolean asksForHolders(Instant now) {
    boolean due = wantsHolders && !holdersAskedAt.isAfter(now.minus(ASK_HOLDERS_INTERVAL));
    if (due) {
      wantsHolders = false;
      holdersAskedAt = now;
    }
    return due;
  }

  /**
   * Whether {@code agent}, which has asked for a chunk here, had better go on to wait: some of the
   * bundle has just come, and the two do not wait for each other.
   */
  boolean isWorthWaiting(AgentId agent, int chunk, Instant now) {
    Asked its = asked.get(chunk);
    return progressAt.isAfter(now.minus(SILENCE)) && (its == null || !its.agent.equals(agent));
  }

  boolean hasStalled(Instant now) {
    return progressAt.isBefore(now.minus(STALL));
  }
}
