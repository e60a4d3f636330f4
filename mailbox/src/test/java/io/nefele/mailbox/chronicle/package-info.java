@NullMarked
package io.nefele.mailbox.chronicle;

import org.jspecify.annotations.NullMarked;
