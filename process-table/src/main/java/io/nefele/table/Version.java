package io.nefele.table;

import io.nefele.core.Codec;

/**
 * How much one agent has written: its boot epoch, then a counter of its changes within that boot.
 * Grows with each change, across restarts too.
 */
record Version(int epoch, long counter) implements Comparable<Version> {
  /** Before anything was written. */
  static final Version NONE = new Version(0, 0);

  static final Codec<Version> CODEC =
      Codec.of(
          (version, out) -> out.int32(version.epoch).int64(version.counter),
          in -> new Version(in.int32(), in.int64()));

  Version next() {
    return new Version(epoch, counter + 1);
  }

  boolean isAfter(Version other) {
    return compareTo(other) > 0;
  }

  @Override
  public int compareTo(Version other) {
    int epochs = Integer.compare(epoch, other.epoch);
    return epochs != 0 ? epochs : Long.compare(counter, other.counter);
  }

  @Override
  public String toString() {
    return epoch + "/" + counter;
  }
}
