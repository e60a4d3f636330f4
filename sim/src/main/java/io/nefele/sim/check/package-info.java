/** The invariants, each able to fail, and what must have happened sometimes. */
@NullMarked
package io.nefele.sim.check;

import org.jspecify.annotations.NullMarked;
