/** Messages between mailboxes, beside bare queues and sockets and what else carries messages. */
@NullMarked
package io.nefele.bench.mailbox;

import org.jspecify.annotations.NullMarked;
