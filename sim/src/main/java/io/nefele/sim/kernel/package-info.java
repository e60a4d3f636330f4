/** Virtual time: events in order, seeded ties, and the hash of all that happened. */
@NullMarked
package io.nefele.sim.kernel;

import org.jspecify.annotations.NullMarked;
