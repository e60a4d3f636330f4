/** Messages of a program's own types. */
@NullMarked
package io.nefele.lib.typed;

import org.jspecify.annotations.NullMarked;
