/** The federation alone, for fabrics too large for whole agents: real cores, modelled gossip. */
@NullMarked
package io.nefele.sim.model;

import org.jspecify.annotations.NullMarked;
