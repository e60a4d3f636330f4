package io.nefele.mailbox;

import java.time.Duration;

/** How a request to send or to receive ended. */
public sealed interface MailboxOutcome {

  /**
   * The message lies in the receiver's mailbox.
   *
   * @param sameServer whether that is on the sender's server
   * @param elapsed from the request to the acknowledgement, repetitions included
   */
  record Delivered(boolean sameServer, Duration elapsed) implements MailboxOutcome {}

  /** The next message of the mailbox. */
  record Received(Envelope envelope) implements MailboxOutcome {}

  /** The message was not stored; the mailbox was not read. */
  record Refused(RefusalReason reason) implements MailboxOutcome {}

  /** No message came within the time given. */
  record TimedOut() implements MailboxOutcome {}

  /**
   * The receiver's agent has not answered before the deadline, or has left the fabric. The message
   * may or may not have been stored.
   */
  record Unreachable() implements MailboxOutcome {}
}
