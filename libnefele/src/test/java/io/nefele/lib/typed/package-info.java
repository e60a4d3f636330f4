@NullMarked
package io.nefele.lib.typed;

import org.jspecify.annotations.NullMarked;
