@NullMarked
package io.nefele.wire;

import org.jspecify.annotations.NullMarked;
