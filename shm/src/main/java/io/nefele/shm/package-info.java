/**
 * Mailboxes in shared memory, for Java programs. Apart from {@code libnefele}, which starts fast
 * because it does without Chronicle.
 */
@NullMarked
package io.nefele.shm;

import org.jspecify.annotations.NullMarked;
