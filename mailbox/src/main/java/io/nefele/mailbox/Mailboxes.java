package io.nefele.mailbox;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Core;
import io.nefele.core.InvariantViolation;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.IncomingStream.Decision;
import io.nefele.mailbox.MailboxInput.SendRequested;
import io.nefele.mailbox.MailboxMessage.Accepted;
import io.nefele.mailbox.MailboxMessage.Deliver;
import io.nefele.mailbox.MailboxMessage.Rejected;
import io.nefele.mailbox.OutgoingStream.Outgoing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Moves messages between the mailboxes of all agents; one for each agent. Names are resolved before
 * a message comes here.
 *
 * <p>Messages from one agent to one mailbox form a <em>stream</em>. The sending boot numbers all
 * its messages with one counter and repeats each, with growing pauses, until it is answered or its
 * deadline passes. At most {@link #WINDOW} of a stream are on the way at once. Each says which one
 * before it is still unanswered, and the host takes it only after that one: this gives order, and a
 * message that was given up holds nothing back. The host remembers the last {@code WINDOW}
 * decisions of a stream and answers a repetition from memory. So for what a client of this fabric
 * sends to one mailbox:
 *
 * <ul>
 *   <li>messages are stored in the order sent, each at most once, restarts of either agent
 *       included;
 *   <li>{@code Delivered} is answered only when the message is in the {@link MailboxStore};
 *   <li>{@code Refused} means that it is not there and will not be. One exception: if the host's
 *       agent restarts between a refusal and a copy that the network still carries, the copy counts
 *       as new; and once a mailbox is closed and its host's agent has restarted, a repetition is
 *       refused although the message may have been stored and dead-lettered;
 *   <li>every message is counted, see {@link MailboxCounters}.
 * </ul>
 *
 * <p>Handing a message to a reader is at most once: it leaves the store when it is taken for a
 * reader. If that reader cancels before the message has come from the store, the next reader gets
 * it, in order; if the agent is killed in that moment, or the reader's connection breaks after the
 * answer, it is lost.
 *
 * <p>A mailbox that closes is told of to every agent that has written to it, so that who waits for
 * a reply from there learns at once that none will come.
 *
 * <p>A mailbox may be <em>shared</em>: programs of its server write straight into a queue in shared
 * memory, which its one reader reads. What comes over the agents is handed to that reader, which
 * puts it there; {@link MailboxInput.ChangeOverRequested} keeps a sender's messages in order when
 * it changes from this way to that one.
 *
 * <p>A mailbox with nothing going on costs a map entry; timers run only for readers that wait and
 * for streams with unanswered messages.
 */
public final class Mailboxes implements Core<MailboxInput, MailboxEffect> {

  /** How many messages of a stream may be unanswered on the way. */
  public static final int WINDOW = 32;

  /** To wait for a message without end. */
  public static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

  private final MailboxConfig config;
  private final AgentBoot self;
  private final Host host;
  private final TreeMap<ProcessId, OutgoingStream> streams = new TreeMap<>();

  /** Messages to mailboxes hosted here, by sequence; looked up only, never iterated. */
  private final Map<Long, Outgoing> local = new LinkedHashMap<>();

  private long lastSequence;
  private long sent;
  private long accepted;
  private long refused;
  private long unanswered;

  public Mailboxes(MailboxConfig config, AgentBoot self) {
    this.config = config;
    this.self = self;
    this.host = new Host(config);
  }

  @Override
  public List<MailboxEffect> step(Instant now, MailboxInput input) {
    List<MailboxEffect> effects = new ArrayList<>();
    switch (input) {
      case MailboxInput.Opened opened -> host.open(opened);
      case MailboxInput.Closed(ProcessId mailbox) -> host.close(mailbox, effects);
      case SendRequested request -> send(now, request, effects);
      case MailboxInput.ReceiveRequested request -> host.receive(now, request, effects);
      case MailboxInput.Shared(ProcessId mailbox) -> host.share(mailbox, effects);
      case MailboxInput.PassOnRequested request -> host.passOn(now, request, effects);
      case MailboxInput.ChangeOverRequested request -> host.changeOver(now, request, effects);
      case MailboxInput.EvictRequested(long caller, ProcessId mailbox) ->
          host.evict(caller, mailbox, effects);
      case MailboxInput.AskRequested(ProcessId mailbox) ->
          effects.add(new MailboxEffect.Send(mailbox.agent(), new MailboxMessage.Ask(mailbox)));
      case MailboxInput.ReceiveCancelled(long caller) -> host.cancel(caller, effects);
      case MailboxInput.Received(AgentBoot from, MailboxMessage message) ->
          received(now, from, message, effects);
      case MailboxInput.Stored(long token) -> storeDone(now, token, Optional.empty(), effects);
      case MailboxInput.StoreRefused(long token, RefusalReason reason) ->
          storeDone(now, token, Optional.of(reason), effects);
      case MailboxInput.Taken taken -> host.taken(taken, effects);
      case MailboxInput.PeerGone(AgentId agent) -> peerGone(agent, effects);
      case MailboxInput.TimerFired(MailboxTimer.ReceiveTimeout(long caller)) ->
          host.expire(caller, effects);
      case MailboxInput.TimerFired(MailboxTimer.Retransmit(ProcessId mailbox)) ->
          retransmit(now, mailbox, effects);
    }
    return effects;
  }

  /** Where all messages of this boot are. */
  public MailboxCounters counters() {
    long inFlight = local.size();
    for (OutgoingStream stream : streams.values()) {
      inFlight += stream.size();
    }
    return host.count(
        new MailboxCounters(sent, accepted, refused, unanswered, inFlight, 0, 0, 0, 0, 0));
  }

  /** How many messages wait in a mailbox that is hosted here; 0 if it is not. */
  public long pending(ProcessId mailbox) {
    return host.pending(mailbox);
  }

  /** Whether a mailbox is hosted here and not closed. */
  public boolean isOpen(ProcessId mailbox) {
    return isHere(mailbox) && host.refusal(mailbox).isEmpty();
  }

  private void send(Instant now, SendRequested request, List<MailboxEffect> effects) {
    sent++;
    Optional<RefusalReason> refusal = refusal(request);
    if (refusal.isPresent()) {
      refuse(request.caller(), refusal.get(), effects);
      return;
    }
    Outgoing message =
        new Outgoing(request.caller(), envelope(request, ++lastSequence), now, request.deadline());
    if (isHere(request.to())) {
      local.put(lastSequence, message);
      host.storeLocal(message.envelope, effects);
    } else {
      streams
          .computeIfAbsent(request.to(), to -> new OutgoingStream(to, config))
          .add(now, message, effects);
    }
  }

  private Optional<RefusalReason> refusal(SendRequested request) {
    if (request.payload().size() > Envelope.MAX_PAYLOAD_BYTES) {
      return Optional.of(RefusalReason.TOO_LARGE);
    }
    if (isHere(request.to())) {
      return host.refusal(request.to());
    }
    OutgoingStream stream = streams.get(request.to());
    return stream == null || stream.hasRoomFor(request.payload().size())
        ? Optional.empty()
        : Optional.of(RefusalReason.BUSY);
  }

  private Envelope envelope(SendRequested request, long sequence) {
    return new Envelope(
        request.from(),
        request.to(),
        self,
        sequence,
        request.sentAtMillis(),
        request.headers(),
        request.payload());
  }

  private void received(
      Instant now, AgentBoot from, MailboxMessage message, List<MailboxEffect> effects) {
    switch (message) {
      case Deliver deliver -> host.deliver(from, deliver, effects);
      case Accepted(AgentBoot origin, ProcessId mailbox, long sequence) ->
          settle(now, origin, mailbox, sequence, Optional.empty(), effects);
      case Rejected(AgentBoot origin, ProcessId mailbox, long sequence, RefusalReason reason) ->
          settle(now, origin, mailbox, sequence, Optional.of(reason), effects);
      case MailboxMessage.Ask(ProcessId mailbox) ->
          effects.add(new MailboxEffect.Send(from.agent(), host.told(mailbox)));
      case MailboxMessage.Told(ProcessId mailbox, boolean open, long load) ->
          effects.add(new MailboxEffect.News(mailbox, open, load));
    }
  }

  private void settle(
      Instant now,
      AgentBoot origin,
      ProcessId mailbox,
      long sequence,
      Optional<RefusalReason> refusal,
      List<MailboxEffect> effects) {
    OutgoingStream stream = streams.get(mailbox);
    if (stream == null || !origin.equals(self)) {
      return;
    }
    Optional<Outgoing> settled = stream.settle(now, sequence, effects);
    settled.ifPresent(message -> answer(now, message, refusal, effects));
    if (stream.isEmpty()) {
      streams.remove(mailbox);
    }
  }

  private void storeDone(
      Instant now, long token, Optional<RefusalReason> refusal, List<MailboxEffect> effects) {
    host.storeDone(token, refusal, effects)
        .ifPresent(
            result -> {
              Outgoing message = local.remove(result.sequence());
              if (message == null) {
                throw new InvariantViolation(
                    "message " + result.sequence() + " was answered before");
              }
              answer(now, message, refusalOf(result.decision()), effects);
            });
  }

  private static Optional<RefusalReason> refusalOf(Decision decision) {
    return switch (decision) {
      case Decision.Refused(RefusalReason reason) -> Optional.of(reason);
      case Decision.Kept() -> Optional.empty();
      case Decision.Storing() -> throw new InvariantViolation("a store has ended undecided");
    };
  }

  private void retransmit(Instant now, ProcessId mailbox, List<MailboxEffect> effects) {
    OutgoingStream stream = streams.get(mailbox);
    if (stream == null) {
      return;
    }
    for (Outgoing message : stream.timerFired(now, effects)) {
      unreachable(message, effects);
    }
    if (stream.isEmpty()) {
      streams.remove(mailbox);
    }
  }

  private void peerGone(AgentId agent, List<MailboxEffect> effects) {
    List<OutgoingStream> gone =
        streams.values().stream().filter(s -> s.mailbox().agent().equals(agent)).toList();
    for (OutgoingStream stream : gone) {
      streams.remove(stream.mailbox());
      for (Outgoing message : stream.abandon(effects)) {
        unreachable(message, effects);
      }
    }
  }

  private void answer(
      Instant now, Outgoing message, Optional<RefusalReason> refusal, List<MailboxEffect> effects) {
    if (refusal.isPresent()) {
      refuse(message.caller, refusal.get(), effects);
      return;
    }
    accepted++;
    Duration elapsed = Duration.between(message.requested, now);
    boolean sameServer = isHere(message.envelope.to());
    effects.add(
        new MailboxEffect.Answer(
            message.caller, new MailboxOutcome.Delivered(sameServer, elapsed)));
  }

  private void refuse(long caller, RefusalReason reason, List<MailboxEffect> effects) {
    refused++;
    effects.add(new MailboxEffect.Answer(caller, new MailboxOutcome.Refused(reason)));
  }

  private void unreachable(Outgoing message, List<MailboxEffect> effects) {
    unanswered++;
    effects.add(new MailboxEffect.Answer(message.caller, new MailboxOutcome.Unreachable()));
  }

  private boolean isHere(ProcessId mailbox) {
    return mailbox.agent().equals(self.agent());
  }
}
