package io.nefele.gossip;

import io.nefele.core.Codec;

/**
 * A member table in 12 bytes. Two tables with equal digests hold the same members in the same
 * incarnations; suspicions and the memory of the removed are not part of it, because both pass by
 * themselves, and at different times on different agents.
 *
 * @param hash of the present members' boots and incarnations, in no order
 * @param count of the present members
 */
public record TableDigest(long hash, int count) {
  public static final Codec<TableDigest> CODEC =
      Codec.of(
          (digest, out) -> out.int64(digest.hash).int32(digest.count),
          in -> new TableDigest(in.int64(), in.int32()));
}
