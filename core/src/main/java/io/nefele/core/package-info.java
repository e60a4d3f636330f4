/**
 * What every part of Nefele shares: identifiers, the step contract, seeded randomness and the
 * message codec. No dependencies, no threads, no clocks, no I/O.
 */
@NullMarked
package io.nefele.core;

import org.jspecify.annotations.NullMarked;
