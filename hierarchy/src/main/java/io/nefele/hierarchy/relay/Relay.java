package io.nefele.hierarchy.relay;

import io.nefele.core.AgentBoot;
import io.nefele.core.Bytes;
import io.nefele.core.Core;
import io.nefele.core.Durations;
import io.nefele.hierarchy.GroupId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Carries questions down the hierarchy and answers up. Whoever has to see to a group asks its
 * members at level 0, or has the leaders of the groups below see to theirs; of each group there is
 * one report upward. Who does not report in time is taken for gone and the next member of its group
 * is asked in its place, so that the loss of a leader costs time only. At the end the asker asks
 * those directly who are still silent, and names those who do not answer even so.
 *
 * <p>A question is handed to an agent once, however often and by whomever it is brought: what was
 * answered is remembered until well after the deadline.
 *
 * <p>At rest it sets no timer and sends nothing.
 */
public final class Relay implements Core<RelayInput, RelayEffect> {
  /** The longest that a question may take. */
  public static final Duration DEADLINE_MAX = Duration.ofSeconds(60);

  private static final Duration RETRY_PER_LEVEL = Duration.ofMillis(300);
  private static final Duration REMEMBERED = DEADLINE_MAX.plusSeconds(60);
  private static final int ATTEMPTS_MAX = 4;

  private final AgentBoot self;
  private final Tree tree;
  private final Map<QuestionId, Optional<Bytes>> handed = new LinkedHashMap<>();
  private final Map<QuestionId, SortedSet<AgentBoot>> waiting = new LinkedHashMap<>();
  private final Map<Place, Gathering> gatherings = new LinkedHashMap<>();
  private final Map<Long, Asked> asked = new LinkedHashMap<>();
  private List<RelayEffect> effects = new ArrayList<>();
  private Instant now = Instant.MIN;
  private long lastNumber;

  private record Place(QuestionId id, GroupId group) {}

  /**
   * @param tree read at each step
   */
  public Relay(AgentBoot self, Tree tree) {
    this.self = self;
    this.tree = tree;
  }

  @Override
  public List<RelayEffect> step(Instant now, RelayInput input) {
    effects = new ArrayList<>();
    this.now = now;
    switch (input) {
      case RelayInput.Asked ask -> ask(ask);
      case RelayInput.Received(AgentBoot from, RelayMessage message) -> received(from, message);
      case RelayInput.Replied(QuestionId id, Bytes answer) -> replied(id, answer);
      case RelayInput.TimerFired(RelayTimer timer) -> fired(timer);
    }
    return List.copyOf(effects);
  }

  private void ask(RelayInput.Asked ask) {
    long number = ++lastNumber;
    QuestionId id = new QuestionId(self, number);
    List<AgentBoot> expected =
        ask.subtree().map(group -> Subtree.agents(tree, group)).orElseGet(tree::agents);
    Asked question = new Asked(ask.token(), ask.question(), expected);
    asked.put(number, question);
    Duration deadline = ask.deadline().compareTo(DEADLINE_MAX) > 0 ? DEADLINE_MAX : ask.deadline();
    set(new RelayTimer.Deadline(number), deadline);
    set(new RelayTimer.AskDirectly(number), Durations.divide(deadline, 2));
    Optional<GroupId> group = ask.subtree().or(tree::top);
    if (group.isPresent()) {
      gather(id, group.get(), ask.question(), Durations.divide(deadline, 2), self);
    } else {
      askDirectly(number);
    }
    finishIfAllAnswered(number);
  }

  private void received(AgentBoot from, RelayMessage message) {
    switch (message) {
      case RelayMessage.Ask(QuestionId id, Bytes question) -> askedBy(from, id, question);
      case RelayMessage.Gather(QuestionId id, GroupId group, Bytes question, int millisLeft) ->
          gather(id, group, question, Duration.ofMillis(Math.max(0, millisLeft)), from);
      case RelayMessage.Answered(QuestionId id, Answer answer) -> answered(id, answer);
      case RelayMessage.Report report -> reported(report);
    }
  }

  /** Hands the question over if that has not been done; answers as soon as there is an answer. */
  private void askedBy(AgentBoot from, QuestionId id, Bytes question) {
    Optional<Bytes> answer = handed.get(id);
    if (answer == null) {
      handed.put(id, Optional.empty());
      waiting.computeIfAbsent(id, unused -> new TreeSet<>()).add(from);
      set(new RelayTimer.Forget(id), REMEMBERED);
      effects.add(new RelayEffect.Deliver(id, question));
    } else if (answer.isPresent()) {
      send(from, new RelayMessage.Answered(id, new Answer(self.agent(), answer.get())));
    } else {
      waiting.computeIfAbsent(id, unused -> new TreeSet<>()).add(from);
    }
  }

  private void replied(QuestionId id, Bytes content) {
    handed.put(id, Optional.of(content));
    SortedSet<AgentBoot> askers = waiting.remove(id);
    if (askers != null) {
      Answer answer = new Answer(self.agent(), content);
      askers.forEach(asker -> send(asker, new RelayMessage.Answered(id, answer)));
    }
  }

  private void answered(QuestionId id, Answer answer) {
    for (Gathering gathering : List.copyOf(gatherings.values())) {
      if (gathering.id.equals(id) && gathering.group.level() == 0) {
        gathering.add(answer);
        reportIfComplete(gathering);
      }
    }
    toOwn(id, List.of(answer));
  }

  private void gather(
      QuestionId id, GroupId group, Bytes question, Duration left, AgentBoot asker) {
    Place place = new Place(id, group);
    Gathering known = gatherings.get(place);
    if (known != null) {
      known.askers.add(asker);
      if (known.isReported()) {
        send(asker, known.report());
      }
      return;
    }
    Gathering gathering = new Gathering(id, group, question, now.plus(left));
    gathering.askers.add(asker);
    gatherings.put(place, gathering);
    for (AgentBoot member : tree.members(group)) {
      if (group.level() == 0) {
        gathering.await(member);
      } else {
        tree.ledBy(member, group).ifPresent(gathering::await);
      }
    }
    set(new RelayTimer.ReportDue(id, group), left);
    set(new RelayTimer.Forget(id), REMEMBERED);
    spread(gathering);
    reportIfComplete(gathering);
  }

  /** Asks those of whom nothing is known yet, and again later if need be. */
  private void spread(Gathering gathering) {
    Duration left = Duration.between(now, gathering.until);
    for (AgentBoot member : gathering.awaitedMembers()) {
      send(member, new RelayMessage.Ask(gathering.id, gathering.question));
    }
    int lessMillis = (int) Math.clamp(left.toMillis() * 4 / 5, 0L, DEADLINE_MAX.toMillis());
    for (GroupId child : gathering.awaitedGroups()) {
      int attempt = gathering.attempt(child);
      List<AgentBoot> members = tree.members(child);
      if (attempt < Math.min(ATTEMPTS_MAX, members.size())) {
        send(
            members.get(attempt),
            new RelayMessage.Gather(gathering.id, child, gathering.question, lessMillis));
      }
    }
    if (!gathering.isComplete()) {
      Duration patience = Durations.multiply(RETRY_PER_LEVEL, gathering.group.level() + 1L);
      if (patience.compareTo(left) < 0) {
        set(new RelayTimer.Retry(gathering.id, gathering.group), patience);
      }
    }
  }

  private void reported(RelayMessage.Report report) {
    for (Gathering gathering : List.copyOf(gatherings.values())) {
      if (gathering.id.equals(report.id()) && gathering.awaitedGroups().contains(report.group())) {
        report.answers().forEach(gathering::add);
        if (report.complete()) {
          gathering.completed(report.group());
        }
        reportIfComplete(gathering);
      }
    }
    toOwn(report.id(), report.answers());
  }

  private void reportIfComplete(Gathering gathering) {
    if (gathering.isComplete()) {
      report(gathering);
    }
  }

  private void report(Gathering gathering) {
    gathering
        .firstReport()
        .ifPresent(report -> gathering.askers.forEach(asker -> send(asker, report)));
    if (gathering.isComplete()) {
      effects.add(new RelayEffect.CancelTimer(new RelayTimer.Retry(gathering.id, gathering.group)));
      effects.add(
          new RelayEffect.CancelTimer(new RelayTimer.ReportDue(gathering.id, gathering.group)));
    }
  }

  private void fired(RelayTimer timer) {
    switch (timer) {
      case RelayTimer.Retry(QuestionId id, GroupId group) -> {
        Gathering gathering = gatherings.get(new Place(id, group));
        if (gathering != null && !gathering.isReported()) {
          spread(gathering);
        }
      }
      case RelayTimer.ReportDue(QuestionId id, GroupId group) -> {
        Gathering gathering = gatherings.get(new Place(id, group));
        if (gathering != null) {
          report(gathering);
        }
      }
      case RelayTimer.AskDirectly(long number) -> askDirectly(number);
      case RelayTimer.Deadline(long number) -> finish(number);
      case RelayTimer.Forget(QuestionId id) -> {
        handed.remove(id);
        waiting.remove(id);
        gatherings.keySet().removeIf(place -> place.id().equals(id));
      }
    }
  }

  private void askDirectly(long number) {
    Asked question = asked.get(number);
    if (question != null) {
      QuestionId id = new QuestionId(self, number);
      question.silent().forEach(agent -> send(agent, new RelayMessage.Ask(id, question.question)));
    }
  }

  /** What concerns a question of this agent's own. */
  private void toOwn(QuestionId id, List<Answer> answers) {
    Asked question = id.asker().equals(self) ? asked.get(id.number()) : null;
    if (question != null) {
      answers.forEach(question::add);
      finishIfAllAnswered(id.number());
    }
  }

  private void finishIfAllAnswered(long number) {
    Asked question = asked.get(number);
    if (question != null && question.silent().isEmpty()) {
      finish(number);
    }
  }

  private void finish(long number) {
    Asked question = asked.remove(number);
    if (question != null) {
      effects.add(new RelayEffect.CancelTimer(new RelayTimer.Deadline(number)));
      effects.add(new RelayEffect.CancelTimer(new RelayTimer.AskDirectly(number)));
      effects.add(question.finished());
    }
  }

  private void set(RelayTimer timer, Duration delay) {
    effects.add(new RelayEffect.SetTimer(timer, delay));
  }

  private void send(AgentBoot to, RelayMessage message) {
    effects.add(new RelayEffect.Send(to, message));
  }
}
