package io.nefele.lib.rollout;

import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A pool in memory, in virtual time, in which a rollout's actions are carried out. */
final class ModelPool {
  static final String OLD = "old";
  static final String NEW = "new";

  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int STEPS_MAX = 10_000;

  /** How processes of the new revision fare. */
  enum Fate {
    WELL,
    EXITS,
    UNHEALTHY,
    NEVER_READY,
    WAITS_LONG,
    REFUSED
  }

  private final Rollout rollout;
  private final SortedMap<ProcessId, Member> members = new TreeMap<>();
  private final SortedSet<ProcessId> ending = new TreeSet<>();
  private final SortedSet<ProcessId> stubborn = new TreeSet<>();
  private final SortedMap<ProcessId, Fate> fates = new TreeMap<>();
  private final List<Fate> nextFates;

  /** When those are ready that some of the new revision start after. */
  private final Instant othersReadyAt = Instant.EPOCH.plusSeconds(60);

  private Instant now = Instant.EPOCH;
  private int lastId;

  /** The fewest that were ready and not told to end, and the most that lived. */
  int fewestReady;

  int mostLive;

  /**
   * @param fates of those that are started of the new revision, in their order; then all are well
   */
  ModelPool(Rollout rollout, int old, int current, List<Fate> fates) {
    this.rollout = rollout;
    this.nextFates = new ArrayList<>(fates);
    for (int i = 0; i < old + current; i++) {
      put(nextId(), i < old ? OLD : NEW, Member.Condition.HEALTHY, 0);
    }
    fewestReady = count(Member.Condition.HEALTHY);
    mostLive = members.size();
  }

  /** Those that are told to end do so only when they are killed. */
  ModelPool withStubbornOnes() {
    stubborn.addAll(members.keySet());
    return this;
  }

  private ProcessId nextId() {
    return ProcessId.parse("7h3kq2m9x4.1." + ++lastId);
  }

  private void put(ProcessId id, String revision, Member.Condition condition, int restarts) {
    members.put(id, new Member(id, revision, condition, restarts, " is " + condition));
  }

  RolloutOutcome run() {
    for (int step = 0; step < STEPS_MAX; step++) {
      List<Member> seen = List.copyOf(members.values());
      for (RolloutAction action : rollout.step(now, new RolloutInput.Observed(seen))) {
        switch (action) {
          case RolloutAction.Start(String revision, int count) -> start(revision, count);
          case RolloutAction.End(var process) -> ending.add(process);
          case RolloutAction.Kill(var process) -> stubborn.remove(process);
          case RolloutAction.Finished(var outcome) -> {
            return outcome;
          }
        }
        measure();
      }
      now = now.plus(LOOK);
      pass();
      measure();
    }
    throw new IllegalStateException("the rollout does not come to an end: " + members);
  }

  private void start(String revision, int count) {
    List<Fate> drawn = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      drawn.add(revision.equals(OLD) || nextFates.isEmpty() ? Fate.WELL : nextFates.removeFirst());
    }
    if (drawn.contains(Fate.REFUSED)) {
      rollout.step(now, new RolloutInput.NotStarted("no room"));
      return;
    }
    List<ProcessId> ids = new ArrayList<>();
    for (Fate fate : drawn) {
      ProcessId id = nextId();
      Member.Condition first =
          fate == Fate.WAITS_LONG ? Member.Condition.WAITING : Member.Condition.STARTING;
      put(id, revision, first, 0);
      fates.put(id, fate);
      ids.add(id);
    }
    rollout.step(now, new RolloutInput.Started(ids));
  }

  /** What happens of itself until the next look. */
  private void pass() {
    for (Member member : List.copyOf(members.values())) {
      if (ending.contains(member.id())) {
        if (!stubborn.contains(member.id())) {
          members.remove(member.id());
        }
      } else if (member.condition() == Member.Condition.WAITING) {
        if (now.isAfter(othersReadyAt)) {
          put(member.id(), member.revision(), Member.Condition.STARTING, 0);
        }
      } else if (member.condition() == Member.Condition.STARTING) {
        switch (Optional.ofNullable(fates.get(member.id())).orElse(Fate.WELL)) {
          case WELL, WAITS_LONG -> put(member.id(), member.revision(), Member.Condition.HEALTHY, 0);
          case EXITS -> put(member.id(), member.revision(), Member.Condition.STARTING, 1);
          case UNHEALTHY -> put(member.id(), member.revision(), Member.Condition.UNHEALTHY, 0);
          case NEVER_READY, REFUSED -> {}
        }
      }
    }
  }

  private void measure() {
    fewestReady =
        Math.min(
            fewestReady,
            (int)
                members.values().stream()
                    .filter(member -> member.condition() == Member.Condition.HEALTHY)
                    .filter(member -> !ending.contains(member.id()))
                    .count());
    mostLive = Math.max(mostLive, members.size());
  }

  /** The agent of one of the revision is gone. */
  void lose(String revision) {
    members.values().stream()
        .filter(member -> member.revision().equals(revision))
        .findFirst()
        .ifPresent(member -> put(member.id(), revision, Member.Condition.LOST, 0));
  }

  private int count(Member.Condition condition) {
    return (int)
        members.values().stream().filter(member -> member.condition() == condition).count();
  }

  /** How many of a revision are ready; all others of it count for nothing. */
  int ready(String revision) {
    return (int)
        members.values().stream()
            .filter(member -> member.revision().equals(revision))
            .filter(member -> member.condition() == Member.Condition.HEALTHY)
            .count();
  }

  int live() {
    return (int) members.values().stream().filter(its -> its.condition().isLive()).count();
  }
}
