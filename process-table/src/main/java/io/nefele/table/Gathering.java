package io.nefele.table;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The answers to one question so far. */
final class Gathering {
  /**
   * How long an agent is waited for that its group tells as lost. It may be on its way to another
   * group, and answers then. If it is gone, the fabric says so soon after its group, and what is
   * known of it is the whole answer; whoever asks had better hear that a little later than hear of
   * an answer that is not complete.
   */
  static final Duration PATIENCE_WITH_THE_LOST = Duration.ofSeconds(2);

  private static final Comparator<RowView> BY_ID = Comparator.comparing(view -> view.row().id());

  private final QueryInput.Asked asked;
  private final Instant deadline;
  private final SortedMap<AgentId, Awaited> awaited = new TreeMap<>();

  /** Those that are gone; the fabric may take one back that was only cut off, and its answer. */
  private final SortedMap<AgentId, Awaited> givenUp = new TreeMap<>();

  private final SortedMap<AgentId, Integer> heldEpochs = new TreeMap<>();
  private final SortedMap<AgentId, Integer> lostEpochs = new TreeMap<>();
  private final List<RowView> rows = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();

  /** The overlooked that somebody tells as lost. */
  private final SortedSet<AgentId> toldAsLost = new TreeSet<>();

  private boolean hasAsked;
  private boolean lookedForTheOverlooked;

  /** Whoever has not answered in full. */
  private static final class Awaited {
    final String label;

    /** Who else can speak for it. */
    final List<AgentId> others;

    final SortedSet<Integer> parts = new TreeSet<>();

    Awaited(String label, List<AgentId> others) {
      this.label = label;
      this.others = others;
    }
  }

  /**
   * @param deadline when the result is told, whatever has come
   */
  Gathering(QueryInput.Asked asked, Instant deadline) {
    this.asked = asked;
    this.deadline = deadline;
  }

  long token() {
    return asked.token();
  }

  Filter filter() {
    return asked.filter();
  }

  boolean isStreamed() {
    return asked.streamed();
  }

  /** Whether anybody else was asked. */
  boolean hasAsked() {
    return hasAsked;
  }

  void await(Reach.Subtree subtree) {
    hasAsked = true;
    List<AgentId> others = new ArrayList<>();
    subtree.members().forEach(member -> others.add(member.agent()));
    others.remove(subtree.speaker());
    awaited.put(subtree.speaker(), new Awaited(subtree.label(), others));
  }

  private boolean awaits(AgentId agent) {
    return awaited.containsKey(agent);
  }

  /**
   * Awaits an agent no longer that is gone. If it was to speak for others, another of them is
   * awaited instead that is not gone: then its group tells of its rows, too.
   */
  Optional<AgentId> lose(AgentId agent) {
    awaited.values().forEach(each -> each.others.remove(agent));
    Awaited its = awaited.remove(agent);
    if (its == null) {
      return Optional.empty();
    }
    if (its.others.isEmpty()) {
      givenUp.put(agent, its);
      return Optional.empty();
    }
    AgentId next = its.others.removeFirst();
    awaited.put(next, new Awaited(its.label, its.others));
    return Optional.of(next);
  }

  void add(Coverage coverage, List<RowView> answer) {
    coverage.held().forEach(boot -> heldEpochs.merge(boot.agent(), boot.epoch(), Math::max));
    coverage.lost().forEach(boot -> lostEpochs.merge(boot.agent(), boot.epoch(), Math::max));
    rows.addAll(answer);
  }

  /**
   * Takes a part of an answer.
   *
   * @return whether it was asked for, as it is
   */
  boolean take(AgentId from, QueryMessage.Part part) {
    Awaited its = awaited.getOrDefault(from, givenUp.get(from));
    boolean asWished = part instanceof QueryMessage.Presented == isStreamed();
    if (its == null || !asWished || !its.parts.add(part.part())) {
      return false;
    }
    add(part.coverage(), part instanceof QueryMessage.Rows told ? told.rows() : List.of());
    if (its.parts.size() == part.parts()) {
      awaited.remove(from);
    }
    return true;
  }

  boolean isComplete() {
    return awaited.isEmpty();
  }

  /** The agents whose rows are in nobody's answer; each is asked once, and awaited from now on. */
  List<AgentId> askTheOverlooked() {
    if (lookedForTheOverlooked) {
      return List.of();
    }
    lookedForTheOverlooked = true;
    List<AgentId> asked = new ArrayList<>();
    for (AgentBoot boot : overlooked()) {
      asked.add(boot.agent());
      await(new Reach.Subtree(label(boot.agent()), boot.agent(), List.of(boot)));
      if (lostEpochs.getOrDefault(boot.agent(), 0) >= boot.epoch()) {
        toldAsLost.add(boot.agent());
      }
    }
    return asked;
  }

  /** Whose rows are missing, but for those whose subtree has not answered yet. */
  private SortedSet<AgentBoot> overlooked() {
    SortedSet<AgentBoot> overlooked = new TreeSet<>(asked.reach().besides());
    for (Reach.Subtree subtree : asked.reach().subtrees()) {
      if (subtree.members().stream().noneMatch(member -> awaits(member.agent()))) {
        overlooked.addAll(subtree.members());
      }
    }
    overlooked.removeIf(boot -> heldEpochs.getOrDefault(boot.agent(), 0) >= boot.epoch());
    asked
        .filter()
        .process()
        .ifPresent(wanted -> overlooked.removeIf(boot -> !boot.agent().equals(wanted.agent())));
    return overlooked;
  }

  private static String label(AgentId agent) {
    return "agent " + agent;
  }

  /** How long it makes sense to wait for those who are awaited. */
  Duration patience(Instant now) {
    Duration left = left(now);
    return !toldAsLost.isEmpty() && left.compareTo(PATIENCE_WITH_THE_LOST) > 0
        ? PATIENCE_WITH_THE_LOST
        : left;
  }

  /** Those that are told as lost are awaited no longer, and missing. */
  void losePatience() {
    for (AgentId agent : toldAsLost) {
      Optional.ofNullable(awaited.remove(agent)).ifPresent(its -> missing.add(its.label));
    }
    toldAsLost.clear();
  }

  Duration left(Instant now) {
    return Duration.between(now, deadline);
  }

  QueryEffect result() {
    awaited.values().forEach(each -> missing.add(each.label));
    if (!lookedForTheOverlooked) {
      overlooked().forEach(boot -> missing.add(label(boot.agent())));
    }
    return new QueryEffect.Answered(asked.token(), inOrder(), missing);
  }

  private boolean isHeld(AgentId agent) {
    Integer held = heldEpochs.get(agent);
    return held != null && held >= lostEpochs.getOrDefault(agent, 0);
  }

  /**
   * In the order of their ids. Two may answer for the same process while its agent moves between
   * groups; the younger news is the truer one. But who has lost an agent knows less than who has
   * it.
   */
  private List<RowView> inOrder() {
    rows.removeIf(
        view -> view.row().state() == ProcessState.LOST && isHeld(view.row().id().agent()));
    // Each answer is in order itself, which leaves little to do.
    rows.sort(BY_ID.thenComparing(RowView::ageMillis));
    List<RowView> once = new ArrayList<>(rows.size());
    for (RowView row : rows) {
      if (once.isEmpty() || !once.getLast().row().id().equals(row.row().id())) {
        once.add(row);
      }
    }
    return once;
  }
}
