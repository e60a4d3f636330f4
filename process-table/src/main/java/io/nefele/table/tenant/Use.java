package io.nefele.table.tenant;

import io.nefele.core.Codec;

/**
 * What processes take of a fabric.
 *
 * @param processes how many
 * @param cpuMillis granted to them, in thousandths of a core
 * @param memoryBytes granted to them
 */
public record Use(long processes, long cpuMillis, long memoryBytes) {
  public static final Use NONE = new Use(0, 0, 0);

  private static final long MOST = 1L << 60;

  public static final Codec<Use> CODEC =
      Codec.of(
          (use, out) -> out.int64(use.processes).int64(use.cpuMillis).int64(use.memoryBytes),
          in -> new Use(in.int64(), in.int64(), in.int64()));

  public Use {
    if (outside(processes) || outside(cpuMillis) || outside(memoryBytes)) {
      throw new IllegalArgumentException(
          "a use is of 0 to 2^60: " + processes + ", " + cpuMillis + ", " + memoryBytes);
    }
  }

  private static boolean outside(long amount) {
    return amount < 0 || amount > MOST;
  }

  /** Of {@code count} processes that take so much each. */
  public static Use of(int count, int cpuMillis, long memoryBytes) {
    return new Use(count, (long) count * cpuMillis, capped(count, memoryBytes));
  }

  public Use plus(Use other) {
    return new Use(
        Math.min(MOST, processes + other.processes),
        Math.min(MOST, cpuMillis + other.cpuMillis),
        Math.min(MOST, memoryBytes + other.memoryBytes));
  }

  /** What is left without {@code other}, which is part of it. */
  public Use minus(Use other) {
    return new Use(
        Math.max(0, processes - other.processes),
        Math.max(0, cpuMillis - other.cpuMillis),
        Math.max(0, memoryBytes - other.memoryBytes));
  }

  private static long capped(int count, long each) {
    return count > 0 && each > MOST / count ? MOST : count * each;
  }
}
