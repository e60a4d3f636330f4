package io.nefele.table;

import io.nefele.core.AgentId;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import java.util.List;

/** What agents of a level-0 group tell each other about their tables. */
public sealed interface TableMessage {

  /** News of one shard, broadcast by its writer or sent to a replica that lacks it. */
  record News(Delta delta) implements TableMessage {}

  /**
   * Broadcast from time to time: how new the shards are that the sender vouches for, its own and
   * those of dead agents. Whoever has less asks; whoever has the same knows that it is current.
   */
  record Digest(List<Entry> entries) implements TableMessage {}

  /** Asks for what happened in a shard after {@code known}. */
  record Pull(AgentId origin, Version known) implements TableMessage {}

  /** One shard and how new it is. */
  record Entry(AgentId origin, Version version) {
    private static final Codec<Entry> CODEC =
        Codec.of(
            (entry, out) -> out.int64(entry.origin.value()).put(Version.CODEC, entry.version),
            in -> new Entry(new AgentId(in.int64()), in.get(Version.CODEC)));
  }

  Codec<TableMessage> CODEC = Codec.of(TableMessage::encode, TableMessage::decode);

  private static void encode(TableMessage message, Encoder out) {
    switch (message) {
      case News(Delta delta) -> out.int8(1).put(Delta.CODEC, delta);
      case Digest(List<Entry> entries) -> out.int8(2).list(Entry.CODEC, entries);
      case Pull(AgentId origin, Version known) ->
          out.int8(3).int64(origin.value()).put(Version.CODEC, known);
    }
  }

  private static TableMessage decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    return switch (type) {
      case 1 -> new News(in.get(Delta.CODEC));
      case 2 -> new Digest(in.list(Entry.CODEC));
      case 3 -> new Pull(new AgentId(in.int64()), in.get(Version.CODEC));
      default -> throw in.malformed("no table message has type " + type);
    };
  }
}
