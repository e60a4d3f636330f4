package io.nefele.table;

import io.nefele.core.Codec;

/**
 * What a process and all that it started use, as its agent last measured.
 *
 * @param cpuMicros processor time since its start
 * @param cpuMillis how much it ran lately, in thousandths of a core
 * @param memoryBytes resident; once it has ended: at most
 * @param diskBytes read from and written to disks
 */
public record Usage(long cpuMicros, int cpuMillis, long memoryBytes, long diskBytes) {
  public static final Usage NONE = new Usage(0, 0, 0, 0);

  public static final Codec<Usage> CODEC =
      Codec.of(
          (usage, out) ->
              out.int64(usage.cpuMicros)
                  .int32(usage.cpuMillis)
                  .int64(usage.memoryBytes)
                  .int64(usage.diskBytes),
          in -> new Usage(in.int64(), in.int32(), in.int64(), in.int64()));
}
