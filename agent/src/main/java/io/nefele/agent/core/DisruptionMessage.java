package io.nefele.agent.core;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;

/** What agents say to each other about processes that are to be moved within a budget. */
public sealed interface DisruptionMessage {

  /**
   * To the keeper of a budget: may that process be down? Said again and again while it is.
   *
   * @param budget how many of the name may be at a time
   * @param held whether it has been granted, by this keeper or by one before it
   */
  record May(Name tenant, Name name, int budget, ProcessId process, boolean held)
      implements DisruptionMessage {}

  /** To who asked. */
  record Answer(ProcessId process, boolean granted) implements DisruptionMessage {}

  /** To the keeper: it is up again, or will not be moved. */
  record Over(Name tenant, Name name, ProcessId process) implements DisruptionMessage {}

  Codec<DisruptionMessage> CODEC = Codec.of(DisruptionMessage::encode, DisruptionMessage::decode);

  private static void encode(DisruptionMessage message, Encoder out) {
    switch (message) {
      case May(var tenant, var name, int budget, var process, boolean held) ->
          out.int8(1)
              .put(Name.CODEC, tenant)
              .put(Name.CODEC, name)
              .int32(budget)
              .put(ProcessId.CODEC, process)
              .bool(held);
      case Answer(var process, boolean granted) ->
          out.int8(2).put(ProcessId.CODEC, process).bool(granted);
      case Over(var tenant, var name, var process) ->
          out.int8(3).put(Name.CODEC, tenant).put(Name.CODEC, name).put(ProcessId.CODEC, process);
    }
  }

  private static DisruptionMessage decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    return switch (type) {
      case 1 ->
          new May(
              in.get(Name.CODEC),
              in.get(Name.CODEC),
              in.int32(),
              in.get(ProcessId.CODEC),
              in.bool());
      case 2 -> new Answer(in.get(ProcessId.CODEC), in.bool());
      case 3 -> new Over(in.get(Name.CODEC), in.get(Name.CODEC), in.get(ProcessId.CODEC));
      default -> throw in.malformed("no message about disruptions has type " + type);
    };
  }
}
