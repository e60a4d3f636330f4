/**
 * Questions to all agents or to a subtree, carried down the hierarchy and their answers back up.
 * The core decides; it does no I/O.
 */
@NullMarked
package io.nefele.hierarchy.relay;

import org.jspecify.annotations.NullMarked;
