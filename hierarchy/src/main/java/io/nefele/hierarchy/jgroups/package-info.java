/**
 * Groups and datagrams over JGroups. All channels of an agent share one TCP port and one connection
 * per pair of agents; addresses come from gossip. Nothing is decided here.
 */
@NullMarked
package io.nefele.hierarchy.jgroups;

import org.jspecify.annotations.NullMarked;
