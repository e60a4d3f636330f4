@NullMarked
package io.nefele.mailbox;

import org.jspecify.annotations.NullMarked;
