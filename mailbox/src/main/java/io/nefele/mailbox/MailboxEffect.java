package io.nefele.mailbox;

import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import java.time.Instant;

/**
 * What {@link Mailboxes} wants done. {@link Store}, {@link Take} and {@link Discard} go to the
 * {@link MailboxStore} in the order given, and their results come back in that order.
 */
public sealed interface MailboxEffect {

  /** Append; answered by {@link MailboxInput.Stored} or {@link MailboxInput.StoreRefused}. */
  record Store(long token, ProcessId mailbox, Envelope envelope) implements MailboxEffect {}

  /** Take the oldest message; answered by {@link MailboxInput.Taken}. */
  record Take(long token, ProcessId mailbox) implements MailboxEffect {}

  /** Delete the mailbox with all that is in it; has no answer. */
  record Discard(ProcessId mailbox) implements MailboxEffect {}

  /** Send, unreliably, to whichever boot of the agent is there. */
  record Send(AgentId to, MailboxMessage message) implements MailboxEffect {}

  /**
   * How a mailbox is, here or elsewhere: the answer to {@link MailboxInput.AskRequested}, or that
   * one which this agent has written to is closed.
   */
  record News(ProcessId mailbox, boolean open, long load) implements MailboxEffect {}

  /** Replaces the timer of the same value. */
  record SetTimer(MailboxTimer timer, Instant at) implements MailboxEffect {}

  record CancelTimer(MailboxTimer timer) implements MailboxEffect {}

  /** Tell the caller of {@code SendRequested} or {@code ReceiveRequested}; exactly once each. */
  record Answer(long caller, MailboxOutcome outcome) implements MailboxEffect {}
}
