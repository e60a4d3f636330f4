package io.nefele.table.tenant;

import io.nefele.core.Codec;

/**
 * What is set aside for each process of a tenant whose spawn does not say; 0 stands for no default.
 *
 * @param cpuMillis thousandths of a core
 */
public record Defaults(int cpuMillis, long memoryBytes) {
  public static final Defaults NONE = new Defaults(0, 0);

  static final Codec<Defaults> CODEC =
      Codec.of(
          (defaults, out) -> out.int32(defaults.cpuMillis).int64(defaults.memoryBytes),
          in -> new Defaults(in.int32(), in.int64()));

  public Defaults {
    if (cpuMillis < 0 || memoryBytes < 0) {
      throw new IllegalArgumentException("a default is 0 (none) or more");
    }
  }
}
