package io.nefele.table.tenant;

import io.nefele.core.AgentId;
import io.nefele.core.Codec;

/**
 * How new an entry of the registry is: of two states of an entry the one with the greater stamp
 * holds, everywhere. A writer that knows a state gives the next one a higher version, so only those
 * who write at the same time, or cut off from each other, can come to the same version.
 *
 * @param version counts the states of the entry, from 1
 * @param writer the agent that wrote this one
 */
public record Stamp(long version, AgentId writer) implements Comparable<Stamp> {
  private static final int WRITER_BITS = 20;
  private static final long MAX_VERSION = 1L << (Long.SIZE - 2 - WRITER_BITS);

  static final Codec<Stamp> CODEC =
      Codec.of(
          (stamp, out) -> out.int64(stamp.version).int64(stamp.writer.value()),
          in -> new Stamp(in.int64(), new AgentId(in.int64())));

  public Stamp {
    if (version < 1 || version > MAX_VERSION) {
      throw new IllegalArgumentException("a version is 1 to 2^42: " + version);
    }
  }

  /**
   * The stamp as one number, for whoever has to tell the holder of a name from one who has lost it:
   * the fencing epoch. Ordered as the stamps of one entry are.
   */
  public long epoch() {
    return version << WRITER_BITS | writer.value() & (1L << WRITER_BITS) - 1;
  }

  @Override
  public int compareTo(Stamp other) {
    int epochs = Long.compare(epoch(), other.epoch());
    return epochs != 0 ? epochs : writer.compareTo(other.writer);
  }
}
