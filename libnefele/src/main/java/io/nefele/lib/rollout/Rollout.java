package io.nefele.lib.rollout;

import io.nefele.core.Core;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Decides how the processes of a pool are replaced by others, a few at a time, and goes back if one
 * of the new ones fails. It looks at the pool, says what to do, and looks again: what it does rests
 * on what is there, so that a rollout that was broken off is taken up by the next.
 *
 * <p>From the first step on there are never fewer than {@link RolloutTerms#count} less {@link
 * RolloutTerms#maxUnavailable} processes ready because of a rollout: a ready one is ended only
 * while more than that are.
 *
 * <p>Pure; not thread-safe. {@link io.nefele.lib.Roller} does what it says.
 */
public final class Rollout implements Core<RolloutInput, RolloutAction> {
  private static final Duration START_RETRY = Duration.ofSeconds(1);

  private final String target;
  private final RolloutTerms terms;

  /** How many of each revision there were at first: what a rollback restores. */
  private final SortedMap<String, Integer> original = new TreeMap<>();

  /** What this rollout has started, and when. */
  private final SortedMap<ProcessId, Instant> started = new TreeMap<>();

  /** What was told to end, and when it is killed. */
  private final SortedMap<ProcessId, Instant> ending = new TreeMap<>();

  private final SortedMap<ProcessId, Instant> upSince = new TreeMap<>();

  private Optional<Instant> begun = Optional.empty();
  private Optional<String> failure = Optional.empty();
  private Instant progressAt = Instant.EPOCH;
  private Instant nextStartAt = Instant.EPOCH;
  private boolean awaitsStart;
  private boolean finished;

  /**
   * @param target the revision that all are to be of
   */
  public Rollout(String target, RolloutTerms terms) {
    this.target = target;
    this.terms = terms;
  }

  @Override
  public List<RolloutAction> step(Instant now, RolloutInput input) {
    if (finished) {
      return List.of();
    }
    return switch (input) {
      case RolloutInput.Started(var processes) -> {
        awaitsStart = false;
        processes.forEach(process -> started.put(process, now));
        yield List.of();
      }
      case RolloutInput.NotStarted(var reason) -> {
        awaitsStart = false;
        nextStartAt = now.plus(START_RETRY);
        if (failure.isEmpty()) {
          fail(now, reason);
        }
        yield List.of();
      }
      case RolloutInput.Observed(var members) -> awaitsStart ? List.of() : observed(now, members);
    };
  }

  private List<RolloutAction> observed(Instant now, List<Member> members) {
    if (begun.isEmpty()) {
      begun = Optional.of(now);
      progressAt = now;
      members.stream()
          .filter(member -> member.condition().isLive())
          .forEach(member -> original.merge(member.revision(), 1, Integer::sum));
    }
    Pool pool = new Pool(now, members);
    if (failure.isEmpty()) {
      pool.failure().ifPresent(reason -> fail(now, reason));
    }
    List<RolloutAction> actions = new ArrayList<>();
    pool.killLate(actions);
    if (pool.isDone()) {
      return finish(
          failure
              .<RolloutOutcome>map(RolloutOutcome.RolledBack::new)
              .orElseGet(RolloutOutcome.Replaced::new),
          actions);
    }
    if (now.isAfter(progressAt.plus(terms.readyWithin()).plus(terms.grace()))) {
      if (failure.isPresent()) {
        return finish(new RolloutOutcome.GivenUp(failure.get()), actions);
      }
      fail(now, "nothing has changed for too long");
    }
    pool.endSome(actions);
    pool.startSome(actions);
    return actions;
  }

  private void fail(Instant now, String reason) {
    failure = Optional.of(reason);
    progressAt = now;
  }

  private List<RolloutAction> finish(RolloutOutcome outcome, List<RolloutAction> actions) {
    finished = true;
    actions.add(new RolloutAction.Finished(outcome));
    return actions;
  }

  /** How many there are to be of a revision. */
  private int goal(String revision) {
    return failure.isPresent()
        ? original.getOrDefault(revision, 0)
        : revision.equals(target) ? terms.count() : 0;
  }

  private int goal() {
    return failure.isPresent()
        ? original.values().stream().mapToInt(Integer::intValue).sum()
        : terms.count();
  }

  /** The pool as it was seen just now. */
  private final class Pool {
    private final Instant now;
    private final List<Member> all;

    /** Those that live and were not told to end, by revision. */
    private final SortedMap<String, List<Member>> staying = new TreeMap<>();

    private final SortedMap<ProcessId, Member> live = new TreeMap<>();

    Pool(Instant now, List<Member> members) {
      this.now = now;
      this.all = members;
      for (Member member : members) {
        if (member.condition() == Member.Condition.WAITING) {
          // It is for others to be ready first: its own time has not begun.
          started.computeIfPresent(member.id(), (id, since) -> now);
          progressAt = now;
        }
        if (member.condition() == Member.Condition.UP) {
          upSince.putIfAbsent(member.id(), now);
        } else {
          upSince.remove(member.id());
        }
        if (member.condition().isLive()) {
          live.put(member.id(), member);
          if (!ending.containsKey(member.id())) {
            staying.computeIfAbsent(member.revision(), its -> new ArrayList<>()).add(member);
          }
        }
      }
      if (ending.keySet().removeIf(id -> !live.containsKey(id))) {
        progressAt = now;
      }
    }

    /** Why one that is to stay has failed, if one has. */
    private Optional<String> failure() {
      for (Member member : all) {
        if (member.revision().equals(target) && !ending.containsKey(member.id())) {
          Optional<String> why = failure(member);
          if (why.isPresent()) {
            return why;
          }
        }
      }
      return Optional.empty();
    }

    private Optional<String> failure(Member member) {
      Instant since = started.getOrDefault(member.id(), begun.orElse(now));
      boolean waiting = member.condition() == Member.Condition.WAITING;
      boolean own = started.containsKey(member.id());
      // That an agent is gone is not the fault of what ran there.
      boolean failed =
          own
              && (member.condition() == Member.Condition.ENDED
                  || member.condition() == Member.Condition.UNHEALTHY
                  || member.restarts() > 0);
      boolean late =
          member.condition().isLive()
              && !waiting
              && !isReady(member)
              && now.isAfter(since.plus(terms.readyWithin()));
      return failed || late
          ? Optional.of(
              "process " + member.id() + (failed ? "" : " is not ready in time: it") + member.how())
          : Optional.empty();
    }

    private boolean isReady(Member member) {
      return switch (member.condition()) {
        case HEALTHY -> true;
        case UP -> !now.isBefore(upSince.getOrDefault(member.id(), now).plus(terms.minReady()));
        case WAITING, STARTING, UNHEALTHY, ENDED, LOST -> false;
      };
    }

    private List<Member> staying() {
      return staying.values().stream().flatMap(List::stream).toList();
    }

    private int ready() {
      return (int) staying().stream().filter(this::isReady).count();
    }

    private int lacking(String revision) {
      return Math.max(0, goal(revision) - staying.getOrDefault(revision, List.of()).size());
    }

    /** Those above what there is to be of their revision: first who is not ready, then the last. */
    private List<Member> surplus() {
      List<Member> surplus = new ArrayList<>();
      staying.forEach(
          (revision, members) ->
              members.stream()
                  .sorted(
                      Comparator.comparing(this::isReady)
                          .thenComparing(Member::id, Comparator.reverseOrder()))
                  .limit(Math.max(0, members.size() - goal(revision)))
                  .forEach(surplus::add));
      surplus.sort(Comparator.comparing(this::isReady));
      return surplus;
    }

    private List<String> revisions() {
      return failure.isPresent() ? List.copyOf(original.keySet()) : List.of(target);
    }

    private boolean isDone() {
      return ending.isEmpty()
          && surplus().isEmpty()
          && revisions().stream().allMatch(revision -> lacking(revision) == 0)
          // What was not ready before a rollout that is taken back need not be so after it.
          && staying().stream()
              .allMatch(
                  member ->
                      isReady(member)
                          || (failure.isPresent() && !started.containsKey(member.id())));
    }

    private void killLate(List<RolloutAction> actions) {
      for (ProcessId process : List.copyOf(ending.keySet())) {
        if (!now.isBefore(ending.getOrDefault(process, now))) {
          actions.add(new RolloutAction.Kill(process));
          ending.put(process, now.plus(terms.grace()));
        }
      }
    }

    private void endSome(List<RolloutAction> actions) {
      int floor = Math.max(0, goal() - terms.maxUnavailable());
      int readyMore = ready() - floor;
      int more = staying().size() - floor;
      for (Member member : surplus()) {
        boolean ready = isReady(member);
        // On the way back those that do not serve go at once, to make room.
        if (ready ? readyMore > 0 && more > 0 : failure.isPresent() || more > 0) {
          actions.add(new RolloutAction.End(member.id()));
          ending.put(member.id(), now.plus(terms.grace()));
          progressAt = now;
          more--;
          readyMore -= ready ? 1 : 0;
        }
      }
    }

    private void startSome(List<RolloutAction> actions) {
      // What ends holds its place until it has ended.
      int room = goal() + terms.maxSurge() - live.size();
      for (String revision : revisions()) {
        int count = Math.min(lacking(revision), room);
        if (count > 0 && !now.isBefore(nextStartAt)) {
          actions.add(new RolloutAction.Start(revision, count));
          awaitsStart = true;
          progressAt = now;
          return;
        }
      }
    }
  }
}
