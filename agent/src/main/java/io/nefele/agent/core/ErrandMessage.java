package io.nefele.agent.core;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.util.Optional;

/** Errands and their outcomes, straight between two agents. */
public sealed interface ErrandMessage {

  /**
   * @param number the asker's
   * @param tenant on whose behalf; none: an operator's
   */
  record Ask(long number, Optional<Name> tenant, ProcessId process, Errand errand)
      implements ErrandMessage {}

  record Answer(long number, Errand.Outcome outcome) implements ErrandMessage {}

  Codec<ErrandMessage> CODEC = Codec.of(ErrandMessage::encode, ErrandMessage::decode);

  private static void encode(ErrandMessage message, Encoder out) {
    switch (message) {
      case Ask(long number, var tenant, ProcessId process, Errand errand) ->
          out.int8(1)
              .int64(number)
              .optional(Name.CODEC, tenant)
              .put(ProcessId.CODEC, process)
              .put(Errand.CODEC, errand);
      case Answer(long number, Errand.Outcome outcome) ->
          out.int8(2).int64(number).put(Errand.Outcome.CODEC, outcome);
    }
  }

  private static ErrandMessage decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    return switch (type) {
      case 1 ->
          new Ask(
              in.int64(), in.optional(Name.CODEC), in.get(ProcessId.CODEC), in.get(Errand.CODEC));
      case 2 -> new Answer(in.int64(), in.get(Errand.Outcome.CODEC));
      default -> throw in.malformed("no errand message has type " + type);
    };
  }
}
