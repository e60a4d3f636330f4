@NullMarked
package io.nefele.lib;

import org.jspecify.annotations.NullMarked;
