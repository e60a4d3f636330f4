package io.nefele.mailbox;

import io.nefele.core.Durations;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.MailboxMessage.Deliver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The unanswered messages of this agent to one mailbox elsewhere, in the order of their sequences.
 * Lives only while there are any: sequences count through all streams, so that a new stream to the
 * same mailbox goes on above the old one.
 */
final class OutgoingStream {
  private final ProcessId mailbox;
  private final MailboxConfig config;
  private final Map<Long, Outgoing> unanswered = new LinkedHashMap<>();
  private long unansweredBytes;
  private int inFlight;
  private long inFlightBytes;
  private Duration pause;
  private Instant repeatAt = Instant.MAX;
  private Instant timerAt = Instant.MAX;

  OutgoingStream(ProcessId mailbox, MailboxConfig config) {
    this.mailbox = mailbox;
    this.config = config;
    this.pause = config.retryInitial();
  }

  ProcessId mailbox() {
    return mailbox;
  }

  boolean isEmpty() {
    return unanswered.isEmpty();
  }

  int size() {
    return unanswered.size();
  }

  boolean hasRoomFor(int payloadBytes) {
    return unanswered.isEmpty()
        || (unanswered.size() < config.waitingMessagesMax()
            && unansweredBytes + payloadBytes <= config.waitingBytesMax());
  }

  void add(Instant now, Outgoing message, List<MailboxEffect> effects) {
    unanswered.put(message.envelope.sequence(), message);
    unansweredBytes += message.envelope.payload().size();
    transmitWhatFits(now, effects);
    wakeAt(earliest(repeatAt, message.deadline), effects);
  }

  /** Removes an answered message; empty if it was answered or given up before. */
  Optional<Outgoing> settle(Instant now, long sequence, List<MailboxEffect> effects) {
    Outgoing message = unanswered.remove(sequence);
    if (message == null) {
      return Optional.empty();
    }
    removed(message);
    pause = config.retryInitial();
    repeatAt = inFlight > 0 ? now.plus(pause) : Instant.MAX;
    transmitWhatFits(now, effects);
    if (isEmpty()) {
      effects.add(new MailboxEffect.CancelTimer(new MailboxTimer.Retransmit(mailbox)));
    }
    return Optional.of(message);
  }

  /** Removes and returns what is past its deadline, and repeats the rest if it is time. */
  List<Outgoing> timerFired(Instant now, List<MailboxEffect> effects) {
    timerAt = Instant.MAX;
    List<Outgoing> givenUp = removeExpired(now);
    if (!now.isBefore(repeatAt)) {
      pause = earlier(Durations.multiply(pause, 2), config.retryMax());
      repeatAt = inFlight > 0 ? now.plus(pause) : Instant.MAX;
      long previous = 0;
      for (Outgoing message : unanswered.values()) {
        if (message.inFlight) {
          effects.add(message.send(previous));
        }
        previous = message.envelope.sequence();
      }
    }
    transmitWhatFits(now, effects);
    if (!isEmpty()) {
      Instant wake = repeatAt;
      for (Outgoing message : unanswered.values()) {
        wake = earliest(wake, message.deadline);
      }
      wakeAt(wake, effects);
    }
    return givenUp;
  }

  /** Removes and returns all, because nobody is there to answer. */
  List<Outgoing> abandon(List<MailboxEffect> effects) {
    effects.add(new MailboxEffect.CancelTimer(new MailboxTimer.Retransmit(mailbox)));
    return List.copyOf(unanswered.values());
  }

  private List<Outgoing> removeExpired(Instant now) {
    List<Outgoing> expired = new ArrayList<>();
    for (Iterator<Outgoing> all = unanswered.values().iterator(); all.hasNext(); ) {
      Outgoing message = all.next();
      if (!now.isBefore(message.deadline)) {
        all.remove();
        removed(message);
        expired.add(message);
      }
    }
    return expired;
  }

  private void removed(Outgoing message) {
    unansweredBytes -= message.envelope.payload().size();
    if (message.inFlight) {
      inFlight--;
      inFlightBytes -= message.envelope.payload().size();
    }
  }

  private void transmitWhatFits(Instant now, List<MailboxEffect> effects) {
    if (inFlight == unanswered.size()) {
      return;
    }
    long previous = 0;
    for (Outgoing message : unanswered.values()) {
      int bytes = message.envelope.payload().size();
      if (!message.inFlight) {
        boolean fits =
            inFlight < Mailboxes.WINDOW && inFlightBytes + bytes <= config.inFlightBytesMax();
        if (!fits && inFlight > 0) {
          break;
        }
        message.inFlight = true;
        inFlight++;
        inFlightBytes += bytes;
        repeatAt = earliest(repeatAt, now.plus(pause));
        effects.add(message.send(previous));
      }
      previous = message.envelope.sequence();
    }
  }

  /** A timer that fires too early only looks again, so it is never moved to a later time. */
  private void wakeAt(Instant at, List<MailboxEffect> effects) {
    if (at.isBefore(timerAt)) {
      timerAt = at;
      effects.add(new MailboxEffect.SetTimer(new MailboxTimer.Retransmit(mailbox), at));
    }
  }

  private static Instant earliest(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static Duration earlier(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** One message, and the client that wants to know. */
  static final class Outgoing {
    final long caller;
    final Envelope envelope;
    final Instant requested;
    final Instant deadline;
    private boolean inFlight;

    Outgoing(long caller, Envelope envelope, Instant requested, Instant deadline) {
      this.caller = caller;
      this.envelope = envelope;
      this.requested = requested;
      this.deadline = deadline;
    }

    private MailboxEffect send(long previous) {
      return new MailboxEffect.Send(envelope.to().agent(), Deliver.of(envelope, previous));
    }
  }
}
