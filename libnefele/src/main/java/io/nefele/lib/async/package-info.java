/** The client library for programs that would rather be called back than wait. */
@NullMarked
package io.nefele.lib.async;

import org.jspecify.annotations.NullMarked;
