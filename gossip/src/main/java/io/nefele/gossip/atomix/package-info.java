/**
 * Carries a {@link io.nefele.gossip.Gossip} core's effects over Atomix: its Netty messaging for
 * streams, its services for membership and discovery, with the core installed as its membership
 * protocol. Decides nothing.
 */
@NullMarked
package io.nefele.gossip.atomix;

import org.jspecify.annotations.NullMarked;
