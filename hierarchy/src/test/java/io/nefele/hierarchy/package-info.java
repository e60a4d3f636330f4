/** Tests of the federation's core in a small deterministic world. */
@NullMarked
package io.nefele.hierarchy;

import org.jspecify.annotations.NullMarked;
