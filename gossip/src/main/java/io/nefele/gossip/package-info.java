/**
 * Who exists: membership of the whole datacenter by SWIM (Das, Gupta, Motivala, DSN 2002) with the
 * Lifeguard extensions (Dadgar, Phillips, Currey, DSN-W 2018), digests that repair what gossip
 * lost, and Vivaldi coordinates (Dabek et al., SIGCOMM 2004). A pure core; see {@link
 * io.nefele.gossip.Gossip}.
 */
@NullMarked
package io.nefele.gossip;

import org.jspecify.annotations.NullMarked;
