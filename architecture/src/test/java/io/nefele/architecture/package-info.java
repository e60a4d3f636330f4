@NullMarked
package io.nefele.architecture;

import org.jspecify.annotations.NullMarked;
