package io.nefele.mailbox;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What {@link Mailboxes} is told. A {@code caller} is a number by which the runtime finds whoever
 * asked, unique among requests that are not answered; a {@code token} is a number from an effect.
 */
public sealed interface MailboxInput {

  /**
   * A mailbox is hosted here from now on. Mailboxes left by an earlier boot are opened before the
   * first message from the network is handed in.
   */
  record Opened(ProcessId mailbox, StoredState state) implements MailboxInput {}

  /** The mailbox's owner has ended; what waits in it is dead-lettered. */
  record Closed(ProcessId mailbox) implements MailboxInput {}

  /**
   * A client wants to send.
   *
   * @param sentAtMillis the wall clock, milliseconds since 1970
   * @param deadline when to stop repeating, in the agent's monotonic time
   */
  record SendRequested(
      long caller,
      Optional<ProcessId> from,
      ProcessId to,
      List<Header> headers,
      Bytes payload,
      long sentAtMillis,
      Instant deadline)
      implements MailboxInput {
    public SendRequested {
      headers = List.copyOf(headers);
    }
  }

  /**
   * A client wants the next message of a mailbox hosted here.
   *
   * @param timeout zero: only if one is there already; {@link Mailboxes#FOREVER}: no limit
   */
  record ReceiveRequested(long caller, ProcessId mailbox, Duration timeout)
      implements MailboxInput {}

  /**
   * A mailbox hosted here is read through shared memory from now on, until it is closed. What comes
   * over the agents is stored here first, and passed on to the reader of the shared queue.
   */
  record Shared(ProcessId mailbox) implements MailboxInput {}

  /**
   * As {@link ReceiveRequested}, by the reader of a shared queue. Asking says that it has put the
   * message which it got before into the queue.
   */
  record PassOnRequested(long caller, ProcessId mailbox, Duration timeout)
      implements MailboxInput {}

  /**
   * A sender wants to write to the shared queue itself. Answered with {@link
   * MailboxOutcome.Delivered} when all that was stored in the mailbox before, or was being stored,
   * is in the queue, as its reader has said by asking for more; with {@link
   * MailboxOutcome.TimedOut} if that takes longer. What comes later holds it up no more.
   */
  record ChangeOverRequested(long caller, ProcessId mailbox, Duration timeout)
      implements MailboxInput {}

  /** The client that wanted to receive has gone; it gets no answer. */
  record ReceiveCancelled(long caller) implements MailboxInput {}

  /**
   * Make room: take the oldest message that waits in the mailbox and throw it away, which counts as
   * dead-lettered. Answered like a request to receive with no time-out.
   */
  record EvictRequested(long caller, ProcessId mailbox) implements MailboxInput {}

  /** Somebody wants to know how a mailbox is; {@link MailboxEffect.News} may follow. */
  record AskRequested(ProcessId mailbox) implements MailboxInput {}

  /** A message came from another agent. */
  record Received(AgentBoot from, MailboxMessage message) implements MailboxInput {}

  /** {@link MailboxEffect.Store} is done. Results come in the order of their effects. */
  record Stored(long token) implements MailboxInput {}

  /** {@link MailboxEffect.Store} was refused by the store. */
  record StoreRefused(long token, RefusalReason reason) implements MailboxInput {}

  /** The result of {@link MailboxEffect.Take}; empty: the mailbox was. */
  record Taken(long token, Optional<Envelope> envelope) implements MailboxInput {}

  /** The agent left the fabric: nobody answers for its mailboxes. */
  record PeerGone(AgentId agent) implements MailboxInput {}

  record TimerFired(MailboxTimer timer) implements MailboxInput {}
}
