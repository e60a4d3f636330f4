package io.nefele.placement;

import io.nefele.core.Codec;

/**
 * An amount of what a server has.
 *
 * @param cpuMillis thousandths of a core
 * @param memoryBytes bytes of memory
 */
public record Resources(int cpuMillis, long memoryBytes) {
  public static final Resources NONE = new Resources(0, 0);

  public static final Codec<Resources> CODEC =
      Codec.of(
          (amount, out) -> out.int32(amount.cpuMillis).int64(amount.memoryBytes),
          in -> new Resources(in.int32(), in.int64()));

  public Resources {
    if (cpuMillis < 0 || memoryBytes < 0) {
      throw new IllegalArgumentException(
          "resources are not negative: " + cpuMillis + " mCPU, " + memoryBytes + " bytes");
    }
  }

  public Resources plus(Resources other) {
    return new Resources(
        Math.addExact(cpuMillis, other.cpuMillis), Math.addExact(memoryBytes, other.memoryBytes));
  }

  /** The smaller of both amounts of each. */
  Resources min(Resources other) {
    return new Resources(
        Math.min(cpuMillis, other.cpuMillis), Math.min(memoryBytes, other.memoryBytes));
  }

  /** The larger of both amounts of each. */
  Resources max(Resources other) {
    return new Resources(
        Math.max(cpuMillis, other.cpuMillis), Math.max(memoryBytes, other.memoryBytes));
  }

  /** Whether none of {@code other}'s amounts is larger than here. */
  boolean covers(Resources other) {
    return cpuMillis >= other.cpuMillis && memoryBytes >= other.memoryBytes;
  }

  public Resources minus(Resources other) {
    return new Resources(cpuMillis - other.cpuMillis, memoryBytes - other.memoryBytes);
  }

  public Resources times(int count) {
    return new Resources(
        Math.multiplyExact(cpuMillis, count), Math.multiplyExact(memoryBytes, count));
  }

  /** How many of {@code each} fit in here, {@code most} at the most. */
  public int fits(Resources each, int most) {
    long byCpu = each.cpuMillis == 0 ? most : cpuMillis / each.cpuMillis;
    long byMemory = each.memoryBytes == 0 ? most : memoryBytes / each.memoryBytes;
    return (int) Math.min(most, Math.min(byCpu, byMemory));
  }

  /** The smaller of the two shares of {@code whole} that this is, from 0 to 1. */
  public double tighterShareOf(Resources whole) {
    return Math.min(share(cpuMillis, whole.cpuMillis), share(memoryBytes, whole.memoryBytes));
  }

  /** The larger of the two shares of {@code whole} that this is; more than 1 if it exceeds it. */
  double largerShareOf(Resources whole) {
    return Math.max(share(cpuMillis, whole.cpuMillis), share(memoryBytes, whole.memoryBytes));
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
