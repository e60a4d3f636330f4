package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.Envelope;
import io.nefele.mailbox.MailboxOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Messages for many mailboxes: one to each agent that hosts some, whose {@link PostOffice} puts it
 * into them and reports. What is on the wire grows with the agents, not with the mailboxes.
 */
final class Rounds {
  private final AgentBoot self;
  private final Fabric fabric;
  private final Courier courier;
  private final LocalProcesses processes;
  private final Outbox outbox;
  private final Map<Long, Round> rounds = new LinkedHashMap<>();
  private long lastRound;

  /**
   * How a round ended.
   *
   * @param silent the agents that have not reported
   */
  record Result(SortedMap<AgentId, PostReply> reports, SortedSet<AgentId> silent, Duration took) {}

  private static final class Round {
    final ProcessId box;
    final Instant begun;
    final Consumer<Result> then;
    final SortedSet<AgentId> awaited = new TreeSet<>();
    final SortedSet<AgentId> failed = new TreeSet<>();
    final SortedMap<AgentId, PostReply> reports = new TreeMap<>();

    Round(ProcessId box, Instant begun, Consumer<Result> then) {
      this.box = box;
      this.begun = begun;
      this.then = then;
    }
  }

  Rounds(AgentBoot self, Fabric fabric, Courier courier, LocalProcesses processes, Outbox outbox) {
    this.self = self;
    this.fabric = fabric;
    this.courier = courier;
    this.processes = processes;
    this.outbox = outbox;
  }

  /** Sends {@code payload} to {@code agents}; {@code then} hears what has become of it. */
  void begin(
      Instant now,
      SortedSet<AgentId> agents,
      PostOrder order,
      Bytes payload,
      Duration timeout,
      Consumer<Result> then) {
    long number = ++lastRound;
    Round round = new Round(processes.nextId(), now, then);
    rounds.put(number, round);
    for (AgentId agent : agents) {
      (bootOf(agent).isPresent() ? round.awaited : round.failed).add(agent);
    }
    if (round.awaited.isEmpty()) {
      finish(number);
      return;
    }
    courier.openPassing(now, round.box);
    courier.readAll(now, round.box, envelope -> reported(number, envelope));
    outbox.setTimer(new AgentTimer.RoundDue(number), timeout);
    for (AgentId agent : new TreeSet<>(round.awaited)) {
      AgentBoot boot = bootOf(agent).orElseThrow();
      courier.send(
          now,
          Optional.of(round.box),
          PostOffice.of(boot),
          order.headers(),
          payload,
          timeout,
          outcome -> {
            if (!(outcome instanceof MailboxOutcome.Delivered)) {
              failed(number, agent);
            }
          });
    }
  }

  void due(long number) {
    Round round = rounds.get(number);
    if (round != null) {
      finish(number);
    }
  }

  void agentLost(AgentId agent) {
    for (long number : List.copyOf(rounds.keySet())) {
      failed(number, agent);
    }
  }

  private Optional<AgentBoot> bootOf(AgentId agent) {
    return agent.equals(self.agent()) ? Optional.of(self) : fabric.bootOf(agent);
  }

  private void failed(long number, AgentId agent) {
    Round round = rounds.get(number);
    if (round != null && round.awaited.remove(agent)) {
      round.failed.add(agent);
      finishIfComplete(number, round);
    }
  }

  private void reported(long number, Envelope envelope) {
    Round round = rounds.get(number);
    Optional<AgentId> from = envelope.from().map(ProcessId::agent);
    if (round == null || from.isEmpty() || !round.awaited.remove(from.get())) {
      return;
    }
    envelope
        .payload()
        .read(PostReply.CODEC)
        .ifPresentOrElse(
            report -> round.reports.put(from.get(), report), () -> round.failed.add(from.get()));
    finishIfComplete(number, round);
  }

  private void finishIfComplete(long number, Round round) {
    if (round.awaited.isEmpty()) {
      finish(number);
    }
  }

  private void finish(long number) {
    Round round = rounds.remove(number);
    if (round == null) {
      return;
    }
    outbox.cancelTimer(new AgentTimer.RoundDue(number));
    courier.close(outbox.now(), round.box);
    round.failed.addAll(round.awaited);
    round.then.accept(
        new Result(round.reports, round.failed, Duration.between(round.begun, outbox.now())));
  }
}
