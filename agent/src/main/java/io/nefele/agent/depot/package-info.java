/**
 * Programs that the fabric brings to where they run: bundles, which are named by what they hold,
 * taken from clients and from other agents in chunks, checked, kept, given on and removed. Pure.
 */
@NullMarked
package io.nefele.agent.depot;

import org.jspecify.annotations.NullMarked;
