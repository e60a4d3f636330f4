@NullMarked
package io.nefele.dist;

import org.jspecify.annotations.NullMarked;
