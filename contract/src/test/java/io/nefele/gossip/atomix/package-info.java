/** The transport of this package as a contract suite drives it. */
@NullMarked
package io.nefele.gossip.atomix;

import org.jspecify.annotations.NullMarked;
