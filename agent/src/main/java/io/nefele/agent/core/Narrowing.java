package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.Name;
import io.nefele.table.Holdings;
import io.nefele.table.HoldingsEffect;
import io.nefele.table.HoldingsInput;
import io.nefele.table.HoldingsMessage;
import io.nefele.table.ProcessTable;
import io.nefele.table.Reach;
import io.nefele.table.Reach.Subtree;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.Consumer;

/** Leaves out of questions of one tenant the groups that hold nothing of it. */
final class Narrowing {
  /** One group is as soon asked as somebody who knows whether to leave it out. */
  private static final int WORTH_IT = 2;

  private final Outbox outbox;
  private final Holdings holdings;
  private final Map<Long, Consumer<SortedSet<String>>> asked = new LinkedHashMap<>();
  private long lastQuestion;

  Narrowing(AgentBoot self, ProcessTable table, Holdings.Standing standing, Outbox outbox) {
    this.outbox = outbox;
    this.holdings = new Holdings(self, table, standing);
  }

  /**
   * Hands {@code then} what is left of {@code reach} without the subtrees that hold nothing of
   * {@code tenant}, in a moment.
   */
  void narrow(Instant now, Name tenant, Reach reach, Consumer<Reach> then) {
    List<Subtree> subtrees = reach.subtrees();
    if (subtrees.size() < WORTH_IT) {
      then.accept(reach);
      return;
    }
    long question = ++lastQuestion;
    asked.put(
        question,
        empty ->
            then.accept(
                reach.with(
                    subtrees.stream()
                        .filter(subtree -> !empty.contains(subtree.label()))
                        .toList())));
    step(now, new HoldingsInput.Asked(question, tenant));
  }

  /** The table has changed, or this agent's place in the hierarchy. */
  void changed(Instant now) {
    step(now, new HoldingsInput.Changed());
  }

  void received(Instant now, AgentBoot from, HoldingsMessage message) {
    step(now, new HoldingsInput.Received(from, message));
  }

  void refreshDue(Instant now) {
    step(now, new HoldingsInput.RefreshDue());
  }

  void overdue(Instant now, long question) {
    step(now, new HoldingsInput.Overdue(question));
  }

  private void step(Instant now, HoldingsInput input) {
    for (HoldingsEffect effect : holdings.step(now, input)) {
      switch (effect) {
        case HoldingsEffect.Send(var to, var message) ->
            outbox.send(to, new AgentMessage.OfHoldings(message));
        case HoldingsEffect.SetRefresh(var delay) ->
            outbox.setTimer(new AgentTimer.HoldingsDue(), delay);
        case HoldingsEffect.SetOverdue(long question, var delay) ->
            outbox.setTimer(new AgentTimer.HoldingsOverdue(question), delay);
        case HoldingsEffect.CancelOverdue(long question) ->
            outbox.cancelTimer(new AgentTimer.HoldingsOverdue(question));
        case HoldingsEffect.Answered(long question, var empty) -> {
          Consumer<SortedSet<String>> then = asked.remove(question);
          if (then != null) {
            then.accept(empty);
          }
        }
      }
    }
  }
}
