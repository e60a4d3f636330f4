package io.nefele.table;

import io.nefele.core.AgentId;
import io.nefele.core.Codec;
import io.nefele.core.ProcessId;
import java.util.List;

/**
 * What changed in a shard between two of its versions.
 *
 * @param origin whose rows they are
 * @param from the version it can be merged into, or any later one; {@link Version#NONE} means that
 *     it replaces all that is known
 * @param to the version it leads to
 * @param lastRemoval the last version at which rows were removed
 * @param rows that changed or came
 * @param removed that went
 */
record Delta(
    AgentId origin,
    Version from,
    Version to,
    Version lastRemoval,
    List<Shard.VersionedRow> rows,
    List<ProcessId> removed) {

  private static final Codec<Shard.VersionedRow> ROW =
      Codec.of(
          (row, out) -> out.put(ProcessRow.CODEC, row.row()).put(Version.CODEC, row.version()),
          in -> new Shard.VersionedRow(in.get(ProcessRow.CODEC), in.get(Version.CODEC)));

  static final Codec<Delta> CODEC =
      Codec.of(
          (delta, out) ->
              out.put(AgentId.CODEC, delta.origin)
                  .put(Version.CODEC, delta.from)
                  .put(Version.CODEC, delta.to)
                  .put(Version.CODEC, delta.lastRemoval)
                  .list(ROW, delta.rows)
                  .list(ProcessId.CODEC, delta.removed),
          in ->
              new Delta(
                  in.get(AgentId.CODEC),
                  in.get(Version.CODEC),
                  in.get(Version.CODEC),
                  in.get(Version.CODEC),
                  in.list(ROW),
                  in.list(ProcessId.CODEC)));

  /** Whether every row is one that the origin may write. */
  boolean isOwn() {
    return rows.stream().allMatch(row -> row.row().id().agent().equals(origin))
        && removed.stream().allMatch(id -> id.agent().equals(origin));
  }
}
