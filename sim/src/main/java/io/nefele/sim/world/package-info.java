/** What agents live in: a network, groups with agreed views, servers with disks and processes. */
@NullMarked
package io.nefele.sim.world;

import org.jspecify.annotations.NullMarked;
