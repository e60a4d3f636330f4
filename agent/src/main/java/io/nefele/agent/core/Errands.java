package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The asking side of errands: sends them to the agent of the process, wherever that is, and sees to
 * it that each gets exactly one outcome.
 */
final class Errands {
  private final Fabric fabric;
  private final Outbox outbox;
  private final Map<Long, Open> open = new LinkedHashMap<>();
  private long lastNumber;

  private static final class Open {
    final ErrandMessage.Ask ask;
    final Optional<Instant> patientUntil;
    final Consumer<Errand.Outcome> then;
    boolean asked;

    Open(
        ErrandMessage.Ask ask,
        Optional<Instant> patientUntil,
        Consumer<Errand.Outcome> then,
        boolean asked) {
      this.ask = ask;
      this.patientUntil = patientUntil;
      this.then = then;
      this.asked = asked;
    }

    AgentId agent() {
      return ask.process().agent();
    }
  }

  Errands(Fabric fabric, Outbox outbox) {
    this.fabric = fabric;
    this.outbox = outbox;
  }

  /**
   * @param then gets the outcome; {@link Errand.Outcome.Unreachable} after {@code deadline}, and at
   *     once if the agent is no member
   */
  void run(
      Optional<Name> tenant,
      ProcessId process,
      Errand errand,
      Duration deadline,
      Consumer<Errand.Outcome> then) {
    if (!outbox.reaches(process.agent())) {
      then.accept(new Errand.Outcome.Unreachable());
      return;
    }
    begin(tenant, process, errand, deadline, Optional.empty(), then);
  }

  /**
   * As {@link #run}, for an errand that may be put twice: if the agent crashes or is gone, it is
   * asked again when it returns. Of an agent that nobody has told of yet, the next news is waited
   * for, no longer.
   */
  void runPatiently(
      Instant now,
      Optional<Name> tenant,
      ProcessId process,
      Errand errand,
      Duration deadline,
      Consumer<Errand.Outcome> then) {
    begin(
        tenant,
        process,
        errand,
        fabric.patience(process.agent(), deadline),
        Optional.of(now.plus(deadline)),
        then);
  }

  private void begin(
      Optional<Name> tenant,
      ProcessId process,
      Errand errand,
      Duration deadline,
      Optional<Instant> patientUntil,
      Consumer<Errand.Outcome> then) {
    long number = ++lastNumber;
    ErrandMessage.Ask ask = new ErrandMessage.Ask(number, tenant, process, errand);
    boolean reached = outbox.reaches(process.agent());
    open.put(number, new Open(ask, patientUntil, then, reached));
    outbox.setTimer(new AgentTimer.ErrandDeadline(number), deadline);
    if (reached) {
      outbox.send(process.agent(), new AgentMessage.OfErrand(ask));
    }
  }

  void answered(ErrandMessage.Answer answer) {
    finish(answer.number(), answer.outcome());
  }

  void deadlinePassed(long number) {
    finish(number, new Errand.Outcome.Unreachable());
  }

  void agentLost(AgentId agent) {
    List<Long> hopeless = new ArrayList<>();
    open.forEach(
        (number, errand) -> {
          if (errand.agent().equals(agent)) {
            errand.asked = false;
            if (errand.patientUntil.isEmpty()) {
              hopeless.add(number);
            }
          }
        });
    hopeless.forEach(number -> finish(number, new Errand.Outcome.Unreachable()));
  }

  /** There is news of an agent that is present. */
  void agentKnown(Instant now, AgentId agent) {
    open.forEach(
        (number, errand) -> {
          if (!errand.asked && errand.agent().equals(agent)) {
            errand.asked = true;
            errand.patientUntil.ifPresent(
                until ->
                    outbox.setTimer(
                        new AgentTimer.ErrandDeadline(number), Duration.between(now, until)));
            outbox.send(agent, new AgentMessage.OfErrand(errand.ask));
          }
        });
  }

  private void finish(long number, Errand.Outcome outcome) {
    Open errand = open.remove(number);
    if (errand != null) {
      outbox.cancelTimer(new AgentTimer.ErrandDeadline(number));
      errand.then.accept(outcome);
    }
  }
}
