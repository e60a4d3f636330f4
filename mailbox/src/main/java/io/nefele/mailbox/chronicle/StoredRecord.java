package io.nefele.mailbox.chronicle;

import io.nefele.core.AgentBoot;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.mailbox.Envelope;
import io.nefele.mailbox.StoredState;
import java.util.List;

/** One entry of a mailbox's queue. */
sealed interface StoredRecord {

  Codec<StoredRecord> CODEC = Codec.of(StoredRecord::encode, StoredRecord::decode);

  /** A message small enough to lie in the queue itself. */
  record Inline(Envelope envelope) implements StoredRecord {}

  /**
   * A message that lies in a file of its own, as a queue maps its file in small blocks.
   *
   * @param file the number that names the file
   */
  record Spilled(long file, int payloadBytes, AgentBoot origin, long sequence)
      implements StoredRecord {}

  /** Of the first entries of a queue that replaced another one: who had written to that. */
  record Checkpoint(List<StoredState.Stream> streams) implements StoredRecord {
    public Checkpoint {
      streams = List.copyOf(streams);
    }
  }

  private static void encode(StoredRecord entry, Encoder out) {
    switch (entry) {
      case Inline(Envelope envelope) -> out.int8(1).put(Envelope.CODEC, envelope);
      case Spilled spilled ->
          out.int8(2)
              .int64(spilled.file)
              .int32(spilled.payloadBytes)
              .put(AgentBoot.CODEC, spilled.origin)
              .int64(spilled.sequence);
      case Checkpoint(List<StoredState.Stream> streams) -> out.int8(3).list(STREAM, streams);
    }
  }

  private static StoredRecord decode(Decoder in) throws MalformedMessage {
    int kind = in.int8();
    return switch (kind) {
      case 1 -> new Inline(in.get(Envelope.CODEC));
      case 2 -> new Spilled(in.int64(), in.int32(), in.get(AgentBoot.CODEC), in.int64());
      case 3 -> new Checkpoint(in.list(STREAM));
      default -> throw in.malformed("no entry of a mailbox has the kind " + kind);
    };
  }

  Codec<StoredState.Stream> STREAM =
      Codec.of(
          (stream, out) ->
              out.put(AgentBoot.CODEC, stream.origin())
                  .list(Codec.of((n, o) -> o.int64(n), Decoder::int64), stream.sequences()),
          in ->
              new StoredState.Stream(
                  in.get(AgentBoot.CODEC),
                  in.list(Codec.of((n, o) -> o.int64(n), Decoder::int64))));
}
