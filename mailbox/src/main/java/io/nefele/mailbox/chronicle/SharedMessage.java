package io.nefele.mailbox.chronicle;

import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.ProcessId;
import java.util.Optional;

/**
 * A message in a shared queue.
 *
 * @param from whom a reply goes to
 * @param topic to which it was published; empty: it was sent to the mailbox
 * @param sentAtMillis the sender's wall clock, milliseconds since 1970
 */
public record SharedMessage(
    Optional<ProcessId> from, String topic, long sentAtMillis, Bytes payload) {
  static final Codec<SharedMessage> CODEC =
      Codec.of(
          (message, out) ->
              out.optional(ProcessId.CODEC, message.from)
                  .string(message.topic)
                  .int64(message.sentAtMillis)
                  .bytes(message.payload),
          in ->
              new SharedMessage(in.optional(ProcessId.CODEC), in.string(), in.int64(), in.bytes()));
}
