@NullMarked
package io.nefele.core;

import org.jspecify.annotations.NullMarked;
