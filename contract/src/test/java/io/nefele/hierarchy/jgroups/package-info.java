/** The transport of this package as a contract suite drives it. */
@NullMarked
package io.nefele.hierarchy.jgroups;

import org.jspecify.annotations.NullMarked;
