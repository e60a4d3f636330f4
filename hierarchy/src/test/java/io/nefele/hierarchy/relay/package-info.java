@NullMarked
package io.nefele.hierarchy.relay;

import org.jspecify.annotations.NullMarked;
