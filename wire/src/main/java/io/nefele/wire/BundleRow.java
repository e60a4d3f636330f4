package io.nefele.wire;

import io.nefele.core.Codec;

/**
 * A bundle in an agent's cache.
 *
 * @param id its name
 * @param files in it
 * @param bytes of all its files
 * @param missingBytes what of that has not come yet
 * @param state whole; coming: the rest is being fetched; partial: the rest is not here, and nobody
 *     waits for it
 * @param inUse whether a process of this server runs from it
 * @param unusedMillis since it was last used or added to
 */
public record BundleRow(
    String id,
    String tenant,
    int files,
    long bytes,
    long missingBytes,
    String state,
    boolean inUse,
    long unusedMillis) {

  public static final Codec<BundleRow> CODEC =
      Codec.of(
          (row, out) ->
              out.string(row.id)
                  .string(row.tenant)
                  .int32(row.files)
                  .int64(row.bytes)
                  .int64(row.missingBytes)
                  .string(row.state)
                  .bool(row.inUse)
                  .int64(row.unusedMillis),
          in ->
              new BundleRow(
                  in.string(),
                  in.string(),
                  in.int32(),
                  in.int64(),
                  in.int64(),
                  in.string(),
                  in.bool(),
                  in.int64()));

  /**
   * What this life of an agent has moved of bundles.
   *
   * @param uploadedBytes taken from clients
   * @param receivedBytes taken from other agents
   * @param sentBytes given to other agents
   * @param wrongChunks that did not have the hash they were asked for by, and were dropped
   * @param removed bundles removed to make room
   */
  public record Moved(
      long uploadedBytes, long receivedBytes, long sentBytes, long wrongChunks, long removed) {
    public static final Codec<Moved> CODEC =
        Codec.of(
            (moved, out) ->
                out.int64(moved.uploadedBytes)
                    .int64(moved.receivedBytes)
                    .int64(moved.sentBytes)
                    .int64(moved.wrongChunks)
                    .int64(moved.removed),
            in -> new Moved(in.int64(), in.int64(), in.int64(), in.int64(), in.int64()));
  }
}
