package io.nefele.table;

import io.nefele.core.Codec;

/**
 * A row as an agent answers for it.
 *
 * @param row the row; its state is {@link ProcessState#LOST} if its agent is gone
 * @param ageMillis how old the news is: since the row's agent was last known to have nothing newer
 */
public record RowView(ProcessRow row, long ageMillis) {
  public static final Codec<RowView> CODEC =
      Codec.of(
          (view, out) -> out.put(ProcessRow.CODEC, view.row).int64(view.ageMillis),
          in -> new RowView(in.get(ProcessRow.CODEC), in.int64()));
}
