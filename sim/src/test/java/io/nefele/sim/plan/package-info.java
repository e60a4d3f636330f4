/** Tests. */
@NullMarked
package io.nefele.sim.plan;

import org.jspecify.annotations.NullMarked;
