package io.nefele.table.tenant;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import java.util.List;

/** What agents tell each other about the registry, straight between two of them. */
public sealed interface RegistryMessage {

  /** Entries that the sender has newly heard of. */
  record News(List<RegistryEntry> entries) implements RegistryMessage {}

  /** A mark of all that the sender knows; whoever has another one answers with {@link All}. */
  record Digest(long mark) implements RegistryMessage {}

  /**
   * All that the sender knows.
   *
   * @param answer whether what the sender lacks is wanted back
   */
  record All(List<RegistryEntry> entries, boolean answer) implements RegistryMessage {}

  Codec<RegistryMessage> CODEC = Codec.of(RegistryMessage::encode, RegistryMessage::decode);

  private static void encode(RegistryMessage message, Encoder out) {
    switch (message) {
      case News(var entries) -> out.int8(1).list(RegistryEntry.CODEC, entries);
      case Digest(long mark) -> out.int8(2).int64(mark);
      case All(var entries, boolean answer) ->
          out.int8(3).list(RegistryEntry.CODEC, entries).bool(answer);
    }
  }

  private static RegistryMessage decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    return switch (type) {
      case 1 -> new News(in.list(RegistryEntry.CODEC));
      case 2 -> new Digest(in.int64());
      case 3 -> new All(in.list(RegistryEntry.CODEC), in.bool());
      default -> throw in.malformed("no registry message has type " + type);
    };
  }
}
