/** Tests. */
@NullMarked
package io.nefele.sim.world;

import org.jspecify.annotations.NullMarked;
