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
   */
  record Ask(long query, Filter filter) implements QueryMessage {}

  record Rows(long query, List<RowView> rows) implements QueryMessage {}

  Codec<QueryMessage> CODEC = Codec.of(QueryMessage::encode, QueryMessage::decode);

  private static void encode(QueryMessage message, Encoder out) {
    switch (message) {
      case Ask(long query, Filter filter) -> out.int8(1).int64(query).put(Filter.CODEC, filter);
      case Rows(long query, List<RowView> rows) ->
          out.int8(2).int64(query).list(RowView.CODEC, rows);
    }
  }

  private static QueryMessage decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    return switch (type) {
      case 1 -> new Ask(in.int64(), in.get(Filter.CODEC));
      case 2 -> new Rows(in.int64(), in.list(RowView.CODEC));
      default -> throw in.malformed("no query message has type " + type);
    };
  }
}
