/** The clients of each language, side by side. */
@NullMarked
package io.nefele.bench.clients;

import org.jspecify.annotations.NullMarked;
