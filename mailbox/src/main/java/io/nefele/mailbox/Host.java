package io.nefele.mailbox;

import io.nefele.core.AgentBoot;
import io.nefele.core.InvariantViolation;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.IncomingStream.Decision;
import io.nefele.mailbox.MailboxMessage.Accepted;
import io.nefele.mailbox.MailboxMessage.Deliver;
import io.nefele.mailbox.MailboxMessage.Rejected;
import io.nefele.mailbox.MailboxMessage.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The receiving half of {@link Mailboxes}: the mailboxes hosted here and their readers. */
final class Host {
  private final MailboxConfig config;
  private final TreeMap<ProcessId, Inbox> open = new TreeMap<>();

  /** Closed ones, the oldest first, so that a repetition of what they stored is not refused. */
  private final LinkedHashMap<ProcessId, Inbox> closed = new LinkedHashMap<>();

  // Looked up only, never iterated.
  private final Map<Long, StoreInProgress> storing = new LinkedHashMap<>();
  private final Map<Long, Inbox> taking = new LinkedHashMap<>();
  private final Map<Long, Inbox> waiting = new LinkedHashMap<>();

  private long lastToken;
  private long recovered;
  private long stored;
  private long delivered;
  private long deadLettered;

  Host(MailboxConfig config) {
    this.config = config;
  }

  /** Fills in the host's part of the counters. */
  MailboxCounters count(MailboxCounters sender) {
    long pending = open.values().stream().mapToLong(Inbox::pending).sum();
    return new MailboxCounters(
        sender.sent(),
        sender.accepted(),
        sender.refused(),
        sender.unanswered(),
        sender.inFlight(),
        recovered,
        stored,
        delivered,
        pending,
        deadLettered);
  }

  void open(MailboxInput.Opened opened) {
    InvariantViolation.check(
        !open.containsKey(opened.mailbox()),
        () -> "mailbox " + opened.mailbox() + " is open already");
    open.put(opened.mailbox(), new Inbox(opened.mailbox(), opened.state()));
    closed.remove(opened.mailbox());
    recovered += opened.state().pending();
  }

  void close(ProcessId mailbox, List<MailboxEffect> effects) {
    Inbox inbox = open.remove(mailbox);
    if (inbox == null) {
      return;
    }
    deadLettered += inbox.pending();
    for (long caller : inbox.close()) {
      answerReceiver(caller, new MailboxOutcome.Refused(RefusalReason.CLOSED), effects);
    }
    effects.add(new MailboxEffect.Discard(mailbox));
    MailboxMessage closedNow = new Told(mailbox, false, 0);
    inbox.origins().forEach(agent -> effects.add(new MailboxEffect.Send(agent, closedNow)));
    effects.add(new MailboxEffect.News(mailbox, false, 0));
    closed.put(mailbox, inbox);
    if (closed.size() > config.closedRemembered()) {
      closed.pollFirstEntry();
    }
  }

  Told told(ProcessId mailbox) {
    Inbox inbox = open.get(mailbox);
    return inbox == null
        ? new Told(mailbox, false, 0)
        : new Told(mailbox, true, inbox.pending() + (inbox.isAwaited() ? 0 : 1));
  }

  long pending(ProcessId mailbox) {
    Inbox inbox = open.get(mailbox);
    return inbox == null ? 0 : inbox.pending();
  }

  /** Why nothing can be put into or read from the mailbox; empty if it is open. */
  Optional<RefusalReason> refusal(ProcessId mailbox) {
    if (open.containsKey(mailbox)) {
      return Optional.empty();
    }
    return Optional.of(closed.containsKey(mailbox) ? RefusalReason.CLOSED : RefusalReason.UNKNOWN);
  }

  /** Stores a message of a client of this agent; the mailbox is open. */
  void storeLocal(Envelope envelope, List<MailboxEffect> effects) {
    store(inboxOf(envelope.to()), envelope, Optional.empty(), effects);
  }

  void deliver(AgentBoot from, Deliver deliver, List<MailboxEffect> effects) {
    Optional<RefusalReason> refusal = refusal(deliver.to());
    if (refusal.equals(Optional.of(RefusalReason.UNKNOWN))) {
      reply(from, deliver.to(), deliver.sequence(), new Decision.Refused(refusal.get()), effects);
      return;
    }
    Inbox inbox = inboxOf(deliver.to());
    // A message of a boot that has ended has no one who waits for the answer.
    inbox.stream(from).ifPresent(stream -> deliver(inbox, stream, deliver, effects));
  }

  private void deliver(
      Inbox inbox, IncomingStream stream, Deliver deliver, List<MailboxEffect> effects) {
    Optional<Decision> known = stream.decision(deliver.sequence());
    if (known.isPresent()) {
      reply(stream.origin(), inbox.mailbox, deliver.sequence(), known.get(), effects);
    } else if (!inbox.isOpen()) {
      Decision closedNow = new Decision.Refused(RefusalReason.CLOSED);
      reply(stream.origin(), inbox.mailbox, deliver.sequence(), closedNow, effects);
    } else if (stream.isNext(deliver.previous())) {
      stream.begin(deliver.sequence());
      store(inbox, deliver.envelope(stream.origin()), Optional.of(stream), effects);
    }
    // Else it has overtaken an earlier one; the sender will repeat both.
  }

  private void store(
      Inbox inbox,
      Envelope envelope,
      Optional<IncomingStream> stream,
      List<MailboxEffect> effects) {
    long token = ++lastToken;
    inbox.storeBegins();
    storing.put(token, new StoreInProgress(inbox, envelope.sequence(), stream));
    effects.add(new MailboxEffect.Store(token, inbox.mailbox, envelope));
  }

  /**
   * The store has answered.
   *
   * @return the sequence and the fate of the message if a client of this agent sent it
   */
  Optional<LocalResult> storeDone(
      long token, Optional<RefusalReason> refused, List<MailboxEffect> effects) {
    StoreInProgress done = storing.remove(token);
    if (done == null) {
      throw new InvariantViolation("no store in progress has the token " + token);
    }
    done.inbox.storeEnds();
    Decision decision;
    if (refused.isPresent()) {
      decision = new Decision.Refused(refused.get());
    } else if (!done.inbox.isOpen()) {
      // It went with the mailbox, which was discarded after it had been stored.
      decision = new Decision.Refused(RefusalReason.CLOSED);
    } else {
      decision = new Decision.Kept();
      stored++;
      done.inbox.stored();
    }
    done.stream.ifPresent(
        stream -> {
          stream.decide(done.sequence, decision);
          reply(stream.origin(), done.inbox.mailbox, done.sequence, decision, effects);
        });
    serve(done.inbox, effects);
    return done.stream.isPresent()
        ? Optional.empty()
        : Optional.of(new LocalResult(done.sequence, decision));
  }

  void receive(Instant now, MailboxInput.ReceiveRequested request, List<MailboxEffect> effects) {
    Optional<RefusalReason> refusal =
        refusal(request.mailbox())
            .or(
                () ->
                    inboxOf(request.mailbox()).isShared()
                        ? Optional.of(RefusalReason.SHARED)
                        : Optional.empty());
    if (refusal.isPresent()) {
      MailboxOutcome outcome = new MailboxOutcome.Refused(refusal.get());
      effects.add(new MailboxEffect.Answer(request.caller(), outcome));
      return;
    }
    await(now, request.caller(), inboxOf(request.mailbox()), request.timeout(), effects);
  }

  /** From now on only the reader of the shared queue reads. */
  void share(ProcessId mailbox, List<MailboxEffect> effects) {
    Inbox inbox = open.get(mailbox);
    if (inbox == null || inbox.isShared()) {
      return;
    }
    for (long caller : inbox.share()) {
      answerReceiver(caller, new MailboxOutcome.Refused(RefusalReason.SHARED), effects);
    }
  }

  /** For the reader of the shared queue. */
  void passOn(Instant now, MailboxInput.PassOnRequested request, List<MailboxEffect> effects) {
    Inbox inbox = open.get(request.mailbox());
    if (inbox == null || !inbox.isShared()) {
      RefusalReason reason = refusal(request.mailbox()).orElse(RefusalReason.UNKNOWN);
      effects.add(new MailboxEffect.Answer(request.caller(), new MailboxOutcome.Refused(reason)));
      return;
    }
    inbox.passedOn();
    await(now, request.caller(), inbox, request.timeout(), effects);
  }

  /** For a sender that wants to write to the shared queue. */
  void changeOver(
      Instant now, MailboxInput.ChangeOverRequested request, List<MailboxEffect> effects) {
    Inbox inbox = open.get(request.mailbox());
    if (inbox == null || !inbox.isShared()) {
      RefusalReason reason = refusal(request.mailbox()).orElse(RefusalReason.UNKNOWN);
      effects.add(new MailboxEffect.Answer(request.caller(), new MailboxOutcome.Refused(reason)));
      return;
    }
    inbox.changeOver(request.caller());
    waiting.put(request.caller(), inbox);
    setTimeout(now, request.caller(), request.timeout(), effects);
    serve(inbox, effects);
  }

  private void await(
      Instant now, long caller, Inbox inbox, Duration timeout, List<MailboxEffect> effects) {
    boolean poll = !timeout.isPositive();
    inbox.await(caller, poll);
    waiting.put(caller, inbox);
    if (!poll && !timeout.equals(Mailboxes.FOREVER)) {
      setTimeout(now, caller, timeout, effects);
    }
    serve(inbox, effects);
  }

  private static void setTimeout(
      Instant now, long caller, Duration timeout, List<MailboxEffect> effects) {
    effects.add(
        new MailboxEffect.SetTimer(new MailboxTimer.ReceiveTimeout(caller), now.plus(timeout)));
  }

  void evict(long caller, ProcessId mailbox, List<MailboxEffect> effects) {
    Optional<RefusalReason> refusal = refusal(mailbox);
    if (refusal.isPresent()) {
      effects.add(new MailboxEffect.Answer(caller, new MailboxOutcome.Refused(refusal.get())));
      return;
    }
    Inbox inbox = inboxOf(mailbox);
    inbox.awaitToEvict(caller);
    waiting.put(caller, inbox);
    serve(inbox, effects);
  }

  void cancel(long caller, List<MailboxEffect> effects) {
    Inbox inbox = waiting.remove(caller);
    if (inbox != null) {
      inbox.forget(caller);
      effects.add(new MailboxEffect.CancelTimer(new MailboxTimer.ReceiveTimeout(caller)));
    }
  }

  void expire(long caller, List<MailboxEffect> effects) {
    Inbox inbox = waiting.get(caller);
    if (inbox != null) {
      inbox.expire(caller);
      serve(inbox, effects);
    }
  }

  void taken(MailboxInput.Taken taken, List<MailboxEffect> effects) {
    Inbox inbox = taking.remove(taken.token());
    if (inbox == null) {
      throw new InvariantViolation("no take in progress has the token " + taken.token());
    }
    if (inbox.isOpen()) {
      inbox.taken(taken.envelope());
      serve(inbox, effects);
    }
  }

  /** Brings messages and readers together. */
  private void serve(Inbox inbox, List<MailboxEffect> effects) {
    inbox
        .handOver()
        .ifPresent(
            handover -> {
              if (handover.evicted()) {
                deadLettered++;
              } else {
                delivered++;
              }
              MailboxOutcome outcome = new MailboxOutcome.Received(handover.envelope());
              answerReceiver(handover.caller(), outcome, effects);
            });
    if (inbox.beginTake()) {
      long token = ++lastToken;
      taking.put(token, inbox);
      effects.add(new MailboxEffect.Take(token, inbox.mailbox));
    }
    for (long caller : inbox.changedOver()) {
      answerReceiver(caller, new MailboxOutcome.Delivered(true, Duration.ZERO), effects);
    }
    for (long caller : inbox.timedOut()) {
      answerReceiver(caller, new MailboxOutcome.TimedOut(), effects);
    }
  }

  private void answerReceiver(long caller, MailboxOutcome outcome, List<MailboxEffect> effects) {
    waiting.remove(caller);
    effects.add(new MailboxEffect.CancelTimer(new MailboxTimer.ReceiveTimeout(caller)));
    effects.add(new MailboxEffect.Answer(caller, outcome));
  }

  private static void reply(
      AgentBoot to,
      ProcessId mailbox,
      long sequence,
      Decision decision,
      List<MailboxEffect> effects) {
    switch (decision) {
      case Decision.Storing() -> {
        // Answered when it is stored.
      }
      case Decision.Kept() ->
          effects.add(new MailboxEffect.Send(to.agent(), new Accepted(to, mailbox, sequence)));
      case Decision.Refused(RefusalReason reason) ->
          effects.add(
              new MailboxEffect.Send(to.agent(), new Rejected(to, mailbox, sequence, reason)));
    }
  }

  private Inbox inboxOf(ProcessId mailbox) {
    Inbox inbox = open.get(mailbox);
    if (inbox == null) {
      inbox = closed.get(mailbox);
    }
    if (inbox == null) {
      throw new InvariantViolation("mailbox " + mailbox + " was never opened here");
    }
    return inbox;
  }

  /** What became of a message that a client of this agent sent to a mailbox of this agent. */
  record LocalResult(long sequence, Decision decision) {}

  private record StoreInProgress(Inbox inbox, long sequence, Optional<IncomingStream> stream) {}
}
