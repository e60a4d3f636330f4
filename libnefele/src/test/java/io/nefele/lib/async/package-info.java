@NullMarked
package io.nefele.lib.async;

import org.jspecify.annotations.NullMarked;
