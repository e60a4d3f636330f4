package io.nefele.mailbox;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import java.util.List;

/** What agents say to each other about what their processes have subscribed to. */
public sealed interface InterestMessage {

  /** What are you interested in? */
  record Ask() implements InterestMessage {}

  /**
   * All that the sender is interested in.
   *
   * @param version grows with every change
   */
  record Tell(long version, List<Interest> interests) implements InterestMessage {
    public Tell {
      interests = List.copyOf(interests);
    }
  }

  /** The sender knows that version, or a later one. */
  record Known(long version) implements InterestMessage {}

  Codec<InterestMessage> CODEC = Codec.of(InterestMessage::encode, InterestMessage::decode);

  private static void encode(InterestMessage message, Encoder out) {
    switch (message) {
      case Ask() -> out.int8(1);
      case Tell(long version, List<Interest> interests) ->
          out.int8(2).int64(version).list(Interest.CODEC, interests);
      case Known(long version) -> out.int8(3).int64(version);
    }
  }

  private static InterestMessage decode(Decoder in) throws MalformedMessage {
    int kind = in.int8();
    return switch (kind) {
      case 1 -> new Ask();
      case 2 -> new Tell(in.int64(), in.list(Interest.CODEC));
      case 3 -> new Known(in.int64());
      default -> throw in.malformed("no message about interests has the kind " + kind);
    };
  }
}
