package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The asking side of errands: sends them to the agent of the process, wherever that is, and sees to
 * it that each gets exactly one outcome.
 */
final class Errands {
  private final Outbox outbox;
  private final Map<Long, Open> open = new LinkedHashMap<>();
  private long lastNumber;

  private record Open(AgentId agent, Consumer<Errand.Outcome> then) {}

  Errands(Outbox outbox) {
    this.outbox = outbox;
  }

  /**
   * @param then gets the outcome; {@link Errand.Outcome.Unreachable} after {@code deadline}, and at
   *     once if the agent is no member
   */
  void run(
      Name tenant,
      ProcessId process,
      Errand errand,
      Duration deadline,
      Consumer<Errand.Outcome> then) {
    if (!outbox.reaches(process.agent())) {
      then.accept(new Errand.Outcome.Unreachable());
      return;
    }
    long number = ++lastNumber;
    open.put(number, new Open(process.agent(), then));
    outbox.setTimer(new AgentTimer.ErrandDeadline(number), deadline);
    outbox.send(
        process.agent(),
        new AgentMessage.OfErrand(new ErrandMessage.Ask(number, tenant, process, errand)));
  }

  void answered(ErrandMessage.Answer answer) {
    finish(answer.number(), answer.outcome());
  }

  void deadlinePassed(long number) {
    finish(number, new Errand.Outcome.Unreachable());
  }

  void agentLost(AgentId agent) {
    List<Long> hopeless =
        open.entrySet().stream()
            .filter(entry -> entry.getValue().agent().equals(agent))
            .map(Map.Entry::getKey)
            .toList();
    hopeless.forEach(number -> finish(number, new Errand.Outcome.Unreachable()));
  }

  private void finish(long number, Errand.Outcome outcome) {
    Open errand = open.remove(number);
    if (errand != null) {
      outbox.cancelTimer(new AgentTimer.ErrandDeadline(number));
      errand.then().accept(outcome);
    }
  }
}
