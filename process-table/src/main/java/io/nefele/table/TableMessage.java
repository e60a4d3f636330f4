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
   * How new the shards are that the sender vouches for: the leader's digest goes to all and names
   * those of the whole group and of dead agents; the answers go to the leader and name the sender's
   * own and what the leader's digest lacked.
   */
  record Digest(List<Entry> entries) implements TableMessage {}

  /** Asks for what happened in a shard after {@code known}. */
  record Pull(AgentId origin, Version known) implements TableMessage {}

  /**
   * One shard and how new it is.
   *
   * @param ageMillis how long ago that was all there is, as far as the teller knows
   */
  record Entry(AgentId origin, Version version, long ageMillis) {
    private static final Codec<Entry> CODEC =
        Codec.of(
            (entry, out) ->
                out.put(AgentId.CODEC, entry.origin)
                    .put(Version.CODEC, entry.version)
                    .int64(entry.ageMillis),
            in -> new Entry(in.get(AgentId.CODEC), in.get(Version.CODEC), in.int64()));

    private static final long MAX_AGE_MILLIS = 1L << 40;

    public Entry {
      if (ageMillis < 0 || ageMillis > MAX_AGE_MILLIS) {
        throw new IllegalArgumentException("an age is 0 to 2^40 ms: " + ageMillis);
      }
    }
  }

  Codec<TableMessage> CODEC = Codec.of(TableMessage::encode, TableMessage::decode);

  private static void encode(TableMessage message, Encoder out) {
    switch (message) {
      case News(Delta delta) -> out.int8(1).put(Delta.CODEC, delta);
      case Digest(List<Entry> entries) -> out.int8(2).list(Entry.CODEC, entries);
      case Pull(AgentId origin, Version known) ->
          out.int8(3).put(AgentId.CODEC, origin).put(Version.CODEC, known);
    }
  }

  private static TableMessage decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    return switch (type) {
      case 1 -> new News(in.get(Delta.CODEC));
      case 2 -> new Digest(in.list(Entry.CODEC));
      case 3 -> new Pull(in.get(AgentId.CODEC), in.get(Version.CODEC));
      default -> throw in.malformed("no table message has type " + type);
    };
  }
}
