package io.nefele.agent.core;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.core.ProcessId;

/** What an agent has another one do outside the fabric, straight between the two. */
public sealed interface OutsideMessage {

  /**
   * @param number the asker's
   */
  record Ask(long number, OutsideOrder order) implements OutsideMessage {}

  /**
   * @param by an id of the agent that did it, for this once
   */
  record Answer(long number, ProcessId by, OutsideOutcome outcome) implements OutsideMessage {}

  Codec<OutsideMessage> CODEC = Codec.of(OutsideMessage::encode, OutsideMessage::decode);

  private static void encode(OutsideMessage message, Encoder out) {
    switch (message) {
      case Ask(long number, var order) -> out.int8(1).int64(number).put(OutsideOrder.CODEC, order);
      case Answer(long number, var by, var outcome) ->
          out.int8(2).int64(number).put(ProcessId.CODEC, by).put(OutsideOutcome.CODEC, outcome);
    }
  }

  private static OutsideMessage decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    return switch (type) {
      case 1 -> new Ask(in.int64(), in.get(OutsideOrder.CODEC));
      case 2 -> new Answer(in.int64(), in.get(ProcessId.CODEC), in.get(OutsideOutcome.CODEC));
      default -> throw in.malformed("no message about what is outside has type " + type);
    };
  }
}
