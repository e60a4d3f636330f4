package io.nefele.mailbox;

import io.nefele.core.ProcessId;

/** What a timer of {@link Mailboxes} is for; there is at most one timer for each value. */
public sealed interface MailboxTimer {

  /** Messages on their way to this mailbox have to be repeated or given up. */
  record Retransmit(ProcessId mailbox) implements MailboxTimer {}

  /** The caller has waited long enough for a message. */
  record ReceiveTimeout(long caller) implements MailboxTimer {}
}
