package io.nefele.table;

import io.nefele.core.Bytes;
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
   * @param presented whether they are wanted {@link Presented}
   */
  record Ask(long query, Filter filter, boolean own, boolean presented) implements QueryMessage {}

  /** An answer, or one part of it. */
  sealed interface Part extends QueryMessage {
    long query();

    /** Counts from 0. */
    int part();

    /** How many the whole answer has. */
    int parts();

    /** In part 0: whose rows they are. */
    Coverage coverage();
  }

  /** Rows as such. */
  record Rows(long query, int part, int parts, Coverage coverage, List<RowView> rows)
      implements Part {

    public Rows {
      checkPart(part, parts);
    }
  }

  /**
   * Rows of processes as clients read them.
   *
   * @param rows as {@link Presentation} made them; empty if there are none
   */
  record Presented(long query, int part, int parts, Coverage coverage, Bytes rows) implements Part {

    public Presented {
      checkPart(part, parts);
    }
  }

  private static void checkPart(int part, int parts) {
    if (part < 0 || part >= parts) {
      throw new IllegalArgumentException("part " + part + " of " + parts);
    }
  }

  Codec<QueryMessage> CODEC = Codec.of(QueryMessage::encode, QueryMessage::decode);

  private static void encode(QueryMessage message, Encoder out) {
    switch (message) {
      case Ask(long query, Filter filter, boolean own, boolean presented) ->
          out.int8(1).int64(query).put(Filter.CODEC, filter).bool(own).bool(presented);
      case Rows(long query, int part, int parts, Coverage coverage, List<RowView> rows) ->
          out.int8(2)
              .int64(query)
              .int32(part)
              .int32(parts)
              .put(Coverage.CODEC, coverage)
              .list(RowView.CODEC, rows);
      case Presented(long query, int part, int parts, Coverage coverage, Bytes rows) ->
          out.int8(3)
              .int64(query)
              .int32(part)
              .int32(parts)
              .put(Coverage.CODEC, coverage)
              .bytes(rows);
    }
  }

  private static QueryMessage decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    return switch (type) {
      case 1 -> new Ask(in.int64(), in.get(Filter.CODEC), in.bool(), in.bool());
      case 2 ->
          new Rows(
              in.int64(), in.int32(), in.int32(), in.get(Coverage.CODEC), in.list(RowView.CODEC));
      case 3 ->
          new Presented(in.int64(), in.int32(), in.int32(), in.get(Coverage.CODEC), in.bytes());
      default -> throw in.malformed("no query message has type " + type);
    };
  }
}
