/** Tests. */
@NullMarked
package io.nefele.sim.kernel;

import org.jspecify.annotations.NullMarked;
