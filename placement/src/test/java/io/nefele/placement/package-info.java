@NullMarked
package io.nefele.placement;

import org.jspecify.annotations.NullMarked;
