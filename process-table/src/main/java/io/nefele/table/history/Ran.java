package io.nefele.table.history;

import java.util.OptionalInt;

/**
 * What one run of a program has used.
 *
 * @param memoryBytes at most
 * @param cpuMillis thousandths of a core, over its life; empty if it ran too short a time to tell
 */
public record Ran(long memoryBytes, OptionalInt cpuMillis) {
  /** Whether it makes a difference to say so after {@code before} was said of the same run. */
  public boolean differsFrom(Ran before) {
    return Histogram.bucketOf(memoryBytes) != Histogram.bucketOf(before.memoryBytes)
        || cpuMillis.isPresent() != before.cpuMillis.isPresent();
  }
}
