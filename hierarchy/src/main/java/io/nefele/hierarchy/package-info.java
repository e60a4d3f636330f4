/**
 * Boot federation: agents that gossip knows form small groups, groups split and merge, their
 * leaders form the groups of the next level. The core decides; it does no I/O.
 */
@NullMarked
package io.nefele.hierarchy;

import org.jspecify.annotations.NullMarked;
