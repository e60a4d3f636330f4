package io.nefele.agent.depot;

import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;

/** What depots tell each other, each of one chunk of one bundle. */
public sealed interface DepotMessage {
  /** As the number of a chunk: the manifest itself. */
  int MANIFEST = -1;

  BundleKey key();

  /** Counted over all files, from 0; or {@link #MANIFEST}. */
  int chunk();

  /** Give it to me, as soon as you have it. */
  record Ask(BundleKey key, int chunk) implements DepotMessage {}

  record Chunk(BundleKey key, int chunk, Bytes content) implements DepotMessage {}

  /** It is not here, and not on its way here. */
  record Lacking(BundleKey key, int chunk) implements DepotMessage {}

  /** It is coming, behind other work: no need to ask another. */
  record Coming(BundleKey key, int chunk) implements DepotMessage {}

  /** It has come: the link is free for more. */
  record Got(BundleKey key, int chunk) implements DepotMessage {}

  Codec<DepotMessage> CODEC = Codec.of(DepotMessage::encode, DepotMessage::decode);

  private static void encode(DepotMessage message, Encoder out) {
    int type =
        switch (message) {
          case Ask ask -> 1;
          case Chunk chunk -> 2;
          case Lacking lacking -> 3;
          case Got got -> 4;
          case Coming coming -> 5;
        };
    out.int8(type).put(BundleKey.CODEC, message.key()).int32(message.chunk());
    if (message instanceof Chunk chunk) {
      out.bytes(chunk.content);
    }
  }

  private static DepotMessage decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    BundleKey key = in.get(BundleKey.CODEC);
    int chunk = in.int32();
    return switch (type) {
      case 1 -> new Ask(key, chunk);
      case 2 -> new Chunk(key, chunk, in.bytes());
      case 3 -> new Lacking(key, chunk);
      case 4 -> new Got(key, chunk);
      case 5 -> new Coming(key, chunk);
      default -> throw in.malformed("no message of a depot has type " + type);
    };
  }
}
