/**
 * Mailboxes: addresses of processes, and the protocol that moves messages between agents in order,
 * once, and never loses one in silence (design, "Mailboxes"). Pure: {@link
 * io.nefele.mailbox.Mailboxes} decides, a {@link io.nefele.mailbox.MailboxStore} keeps.
 */
@NullMarked
package io.nefele.mailbox;

import org.jspecify.annotations.NullMarked;
