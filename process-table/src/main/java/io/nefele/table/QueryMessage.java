package io.nefele.table;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import java.util.List;

/** Questions about the process table and their answers, straight between two agents. */
public sealed interface QueryMessage {

  /**
   * @param query the asker's number for it
   * @param own whether only the rows that the asked agent writes itself are wanted
   */
  record Ask(long query, Filter filter, boolean own) implements QueryMessage {}

  /**
   * An answer, or one part of it.
   *
   * @param part counts from 0
   * @param parts how many the whole answer has
   * @param coverage in part 0: whose rows they are
   */
  record Rows(long query, int part, int parts, Coverage coverage, List<RowView> rows)
      implements QueryMessage {

    public Rows {
      if (part < 0 || part >= parts) {
        throw new IllegalArgumentException("part " + part + " of " + parts);
      }
    }
  }

  Codec<QueryMessage> CODEC = Codec.of(QueryMessage::encode, QueryMessage::decode);

  private static void encode(QueryMessage message, Encoder out) {
    switch (message) {
      case Ask(long query, Filter filter, boolean own) ->
          out.int8(1).int64(query).put(Filter.CODEC, filter).bool(own);
      case Rows(long query, int part, int parts, Coverage coverage, List<RowView> rows) ->
          out.int8(2)
              .int64(query)
              .int32(part)
              .int32(parts)
              .put(Coverage.CODEC, coverage)
              .list(RowView.CODEC, rows);
    }
  }

  private static QueryMessage decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    return switch (type) {
      case 1 -> new Ask(in.int64(), in.get(Filter.CODEC), in.bool());
      case 2 ->
          new Rows(
              in.int64(), in.int32(), in.int32(), in.get(Coverage.CODEC), in.list(RowView.CODEC));
      default -> throw in.malformed("no query message has type " + type);
    };
  }
}
