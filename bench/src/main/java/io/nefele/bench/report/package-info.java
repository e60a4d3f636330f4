/** What a benchmark found, and how it is written down. Pure but for {@link MachineFacts}. */
@NullMarked
package io.nefele.bench.report;

import org.jspecify.annotations.NullMarked;
