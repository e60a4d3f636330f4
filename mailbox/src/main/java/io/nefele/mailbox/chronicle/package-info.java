/** Mailboxes in memory-mapped Chronicle queues, one for each mailbox. */
@NullMarked
package io.nefele.mailbox.chronicle;

import org.jspecify.annotations.NullMarked;
