/** Real agents to measure, started by the launcher and ended without a trace. */
@NullMarked
package io.nefele.bench.fabric;

import org.jspecify.annotations.NullMarked;
