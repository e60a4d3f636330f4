package io.nefele.core;

import java.nio.ByteBuffer;

/**
 * What a program is recognised by, the same on every server: the first 128 bits of a SHA-256 over
 * its binary and what else says what it does.
 */
public record ProgramId(long high, long low) implements Comparable<ProgramId> {
  public static final Codec<ProgramId> CODEC =
      Codec.of(
          (id, out) -> out.int64(id.high).int64(id.low),
          in -> new ProgramId(in.int64(), in.int64()));

  /** The id that a digest of 16 bytes or more begins with. */
  public static ProgramId of(byte[] digest) {
    ByteBuffer bytes = ByteBuffer.wrap(digest);
    return new ProgramId(bytes.getLong(), bytes.getLong());
  }

  @Override
  public int compareTo(ProgramId other) {
    int highs = Long.compareUnsigned(high, other.high);
    return highs != 0 ? highs : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    return hex(high) + hex(low);
  }

  private static String hex(long half) {
    String digits = Long.toHexString(half);
    return "0".repeat(Long.BYTES * 2 - digits.length()) + digits;
  }
}
