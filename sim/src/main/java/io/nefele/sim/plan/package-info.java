/** Fault plans as data: what goes wrong when, how it is written down, made up and shrunk. */
@NullMarked
package io.nefele.sim.plan;

import org.jspecify.annotations.NullMarked;
