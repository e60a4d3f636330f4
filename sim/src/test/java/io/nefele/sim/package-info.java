/** Tests. */
@NullMarked
package io.nefele.sim;

import org.jspecify.annotations.NullMarked;
