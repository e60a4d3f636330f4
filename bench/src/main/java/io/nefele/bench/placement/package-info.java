/** How well many servers are filled by offers, beside somebody who knows all. */
@NullMarked
package io.nefele.bench.placement;

import org.jspecify.annotations.NullMarked;
