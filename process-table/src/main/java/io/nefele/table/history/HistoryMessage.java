package io.nefele.table.history;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import java.util.List;

/** What agents tell each other of what programs use, straight between two of them. */
public sealed interface HistoryMessage {

  /** What the sender has newly heard of, or what the receiver lacks. */
  record News(List<ProgramUse> uses) implements HistoryMessage {}

  /** A mark of all that the sender knows; whoever has another one answers with {@link Index}. */
  record Digest(long mark) implements HistoryMessage {}

  /**
   * What the sender knows; it is sent what it lacks.
   *
   * @param answer whether an index is wanted back by whoever lacks something of this
   */
  record Index(List<Known> known, boolean answer) implements HistoryMessage {}

  /**
   * @param keyMark stands for a key
   * @param stamp of what is known of it
   */
  record Known(long keyMark, long stamp) {
    static final Codec<Known> CODEC =
        Codec.of(
            (known, out) -> out.int64(known.keyMark).int64(known.stamp),
            in -> new Known(in.int64(), in.int64()));
  }

  Codec<HistoryMessage> CODEC = Codec.of(HistoryMessage::encode, HistoryMessage::decode);

  private static void encode(HistoryMessage message, Encoder out) {
    switch (message) {
      case News(var uses) -> out.int8(1).list(ProgramUse.CODEC, uses);
      case Digest(long mark) -> out.int8(2).int64(mark);
      case Index(var known, boolean answer) -> out.int8(3).list(Known.CODEC, known).bool(answer);
    }
  }

  private static HistoryMessage decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    return switch (type) {
      case 1 -> new News(in.list(ProgramUse.CODEC));
      case 2 -> new Digest(in.int64());
      case 3 -> new Index(in.list(Known.CODEC), in.bool());
      default -> throw in.malformed("no message about histories has type " + type);
    };
  }
}
