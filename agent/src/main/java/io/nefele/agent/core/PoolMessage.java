package io.nefele.agent.core;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;

/** What agents say to each other about pools that are as large as there is work for them. */
public sealed interface PoolMessage {

  /**
   * To the keeper of a pool: a call waits for a process of it; told again while it does.
   *
   * @param call the asker's number of it
   */
  record Wanted(Name tenant, Name name, long call) implements PoolMessage {}

  /** To who has such a call: it waits in vain. */
  record CannotStart(long call, String reason) implements PoolMessage {}

  Codec<PoolMessage> CODEC = Codec.of(PoolMessage::encode, PoolMessage::decode);

  private static void encode(PoolMessage message, Encoder out) {
    switch (message) {
      case Wanted(var tenant, var name, long call) ->
          out.int8(1).put(Name.CODEC, tenant).put(Name.CODEC, name).int64(call);
      case CannotStart(long call, String reason) -> out.int8(2).int64(call).string(reason);
    }
  }

  private static PoolMessage decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    return switch (type) {
      case 1 -> new Wanted(in.get(Name.CODEC), in.get(Name.CODEC), in.int64());
      case 2 -> new CannotStart(in.int64(), in.string());
      default -> throw in.malformed("no message about pools has type " + type);
    };
  }
}
