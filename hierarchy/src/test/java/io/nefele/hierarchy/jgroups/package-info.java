/** Tests of the JGroups adapter over real sockets on loopback. */
@NullMarked
package io.nefele.hierarchy.jgroups;

import org.jspecify.annotations.NullMarked;
