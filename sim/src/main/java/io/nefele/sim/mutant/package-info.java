/** Agents broken on purpose, to prove that the invariants notice. */
@NullMarked
package io.nefele.sim.mutant;

import org.jspecify.annotations.NullMarked;
