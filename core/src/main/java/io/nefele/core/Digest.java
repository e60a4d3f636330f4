package io.nefele.core;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The SHA-256 of some bytes, by which they are named.
 *
 * @param bytes 32 of them
 */
public record Digest(Bytes bytes) implements Comparable<Digest> {
  public static final int SIZE = 32;

  public static final Codec<Digest> CODEC =
      Codec.of((digest, out) -> out.bytes(digest.bytes), in -> new Digest(in.bytes()));

  public Digest {
    if (bytes.size() != SIZE) {
      throw new IllegalArgumentException("a SHA-256 has " + SIZE + " bytes, not " + bytes.size());
    }
  }

  /**
   * The digest that {@code text} writes.
   *
   * @throws IllegalArgumentException if it isn't 64 hexadecimal digits
   */
  public static Digest parse(String text) {
    if (!text.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("'" + text + "' is not the 64 digits of a SHA-256");
    }
    return new Digest(Bytes.wrap(HexFormat.of().parseHex(text)));
  }

  @Override
  public int compareTo(Digest other) {
    return Arrays.compareUnsigned(bytes.unsafeArray(), other.bytes.unsafeArray());
  }

  /** The 64 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes.unsafeArray());
  }
}
