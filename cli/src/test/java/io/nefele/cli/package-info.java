@NullMarked
package io.nefele.cli;

import org.jspecify.annotations.NullMarked;
