package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.Phase.Inside;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Those who found groups of a level at the same time as this agent, of which gossip has not told
 * yet: all who know the same newcomers choose the same seeds, so each of these knows the others.
 * The level above need not wait until gossip has spread what its members are going to be. Of whom
 * it has told, or is silent for long, that counts.
 */
final class Fellows {
  /** Within this gossip tells of a group, in the largest of fabrics. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final int level;
  private final Surroundings around;
  private final TreeSet<AgentBoot> fellows = new TreeSet<>();
  private Instant until = Instant.MIN;

  Fellows(int level, Surroundings around) {
    this.level = level;
    this.around = around;
  }

  /** In no group, or in another. */
  void begin() {
    fellows.clear();
  }

  /** This agent founds a group, perhaps as one of several. */
  void founded() {
    List<AgentBoot> seeds = around.choices.seeds(level, around.awaitedAt(level));
    fellows.clear();
    if (seeds.contains(around.self)) {
      fellows.addAll(seeds);
      fellows.remove(around.self);
      until = around.outbox.now().plus(PATIENCE);
    }
  }

  /** Another says by what it does that it leads a group. */
  void expect(AgentBoot other) {
    fellows.add(other);
    until = around.outbox.now().plus(PATIENCE);
  }

  boolean include(AgentBoot other) {
    return fellows.contains(other) && isAwaited(other);
  }

  /** Who should lead a group besides this one by now. */
  List<AgentBoot> awaited() {
    return fellows.stream().filter(this::isAwaited).toList();
  }

  /** Whether somebody who is not in this group should lead another. */
  boolean areBeside(Inside in) {
    return fellows.stream().anyMatch(other -> !in.members().contains(other) && isAwaited(other));
  }

  /** How long they are awaited from now on, if there are any. */
  Optional<Duration> patience() {
    return Optional.of(until)
        .filter(its -> !fellows.isEmpty() && its.isAfter(around.outbox.now()))
        .map(its -> Duration.between(around.outbox.now(), its));
  }

  private boolean isAwaited(AgentBoot other) {
    return around.outbox.now().isBefore(until) && around.peers.isSilentAt(level, other);
  }
}
