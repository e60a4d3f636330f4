/** The transport of this package as a contract suite drives it. */
@NullMarked
package io.nefele.sim.world;

import org.jspecify.annotations.NullMarked;
