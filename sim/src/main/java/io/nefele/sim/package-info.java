/**
 * The simulator: whole fabrics of the production cores in virtual time, with faults and invariants.
 * One seed gives one run, to the byte.
 */
@NullMarked
package io.nefele.sim;

import org.jspecify.annotations.NullMarked;
