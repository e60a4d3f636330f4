package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.Envelope;
import io.nefele.mailbox.MailboxConfig;
import io.nefele.mailbox.MailboxCounters;
import io.nefele.mailbox.MailboxEffect;
import io.nefele.mailbox.MailboxInput;
import io.nefele.mailbox.MailboxMessage;
import io.nefele.mailbox.MailboxOutcome;
import io.nefele.mailbox.MailboxTimer;
import io.nefele.mailbox.Mailboxes;
import io.nefele.mailbox.RefusalReason;
import io.nefele.mailbox.StoredState;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Carries messages between mailboxes: the mailbox core and the callers that wait for it. */
final class Courier {
  private final Outbox outbox;
  private final Mailboxes mailboxes;
  private final Map<Long, Waiting> callers = new LinkedHashMap<>();
  private long lastCaller;

  private record Waiting(Optional<ClientToken> client, Consumer<MailboxOutcome> then) {}

  Courier(AgentBoot self, Outbox outbox) {
    this.outbox = outbox;
    this.mailboxes = new Mailboxes(MailboxConfig.DEFAULT, self);
  }

  MailboxCounters counters() {
    return mailboxes.counters();
  }

  void open(Instant now, ProcessId mailbox, StoredState state) {
    input(now, new MailboxInput.Opened(mailbox, state));
  }

  void close(Instant now, ProcessId mailbox) {
    input(now, new MailboxInput.Closed(mailbox));
  }

  void send(
      Instant now,
      Optional<ProcessId> from,
      ProcessId to,
      Bytes payload,
      Duration timeout,
      Consumer<MailboxOutcome> then) {
    long caller = ++lastCaller;
    callers.put(caller, new Waiting(Optional.empty(), then));
    input(
        now,
        new MailboxInput.SendRequested(
            caller, from, to, List.of(), payload, now.toEpochMilli(), now.plus(timeout)));
  }

  /**
   * @param client who waits here for the message, if it is a client of this agent: if its
   *     connection closes, no message is taken for it any more
   */
  void receive(
      Instant now,
      Optional<ClientToken> client,
      ProcessId mailbox,
      Duration timeout,
      Consumer<MailboxOutcome> then) {
    long caller = ++lastCaller;
    callers.put(caller, new Waiting(client, then));
    input(now, new MailboxInput.ReceiveRequested(caller, mailbox, timeout));
  }

  void clientGone(Instant now, long connection) {
    List<Long> gone =
        callers.entrySet().stream()
            .filter(
                entry ->
                    entry.getValue().client().filter(c -> c.connection() == connection).isPresent())
            .map(Map.Entry::getKey)
            .toList();
    for (long caller : gone) {
      callers.remove(caller);
      input(now, new MailboxInput.ReceiveCancelled(caller));
    }
  }

  void received(Instant now, AgentBoot from, MailboxMessage message) {
    input(now, new MailboxInput.Received(from, message));
  }

  void stored(Instant now, long token, Optional<RefusalReason> refusal) {
    input(
        now,
        refusal.isPresent()
            ? new MailboxInput.StoreRefused(token, refusal.get())
            : new MailboxInput.Stored(token));
  }

  void taken(Instant now, long token, Optional<Envelope> envelope) {
    input(now, new MailboxInput.Taken(token, envelope));
  }

  void agentLost(Instant now, AgentId agent) {
    input(now, new MailboxInput.PeerGone(agent));
  }

  void timerFired(Instant now, MailboxTimer timer) {
    input(now, new MailboxInput.TimerFired(timer));
  }

  private void input(Instant now, MailboxInput input) {
    for (MailboxEffect effect : mailboxes.step(now, input)) {
      switch (effect) {
        case MailboxEffect.Store(long token, var mailbox, var envelope) ->
            outbox.add(new AgentEffect.Store(token, mailbox, envelope));
        case MailboxEffect.Take(long token, var mailbox) ->
            outbox.add(new AgentEffect.Take(token, mailbox));
        case MailboxEffect.Discard(var mailbox) -> outbox.add(new AgentEffect.Discard(mailbox));
        case MailboxEffect.Send(var to, var message) ->
            outbox.send(to, new AgentMessage.OfMailbox(message));
        case MailboxEffect.SetTimer(var timer, var at) ->
            outbox.setTimer(new AgentTimer.Mailbox(timer), Duration.between(now, at));
        case MailboxEffect.CancelTimer(var timer) ->
            outbox.cancelTimer(new AgentTimer.Mailbox(timer));
        case MailboxEffect.Answer(long caller, var outcome) -> {
          Waiting waiting = callers.remove(caller);
          if (waiting != null) {
            waiting.then().accept(outcome);
          }
        }
      }
    }
  }
}
