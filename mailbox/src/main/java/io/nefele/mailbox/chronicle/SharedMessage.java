package io.nefele.mailbox.chronicle;

import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Encoder;
import io.nefele.core.ProcessId;
import java.util.Optional;
import net.openhft.chronicle.bytes.StreamingDataOutput;

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
          (message, out) -> message.putHead(out).int64(message.sentAtMillis).bytes(message.payload),
          in ->
              new SharedMessage(in.optional(ProcessId.CODEC), in.string(), in.int64(), in.bytes()));

  private Encoder putHead(Encoder out) {
    return out.optional(ProcessId.CODEC, from).string(topic);
  }

  /** What {@link #CODEC} begins with: the same for all messages of one sender to one topic. */
  byte[] head() {
    return putHead(new Encoder()).toBytes().unsafeArray();
  }

  /** How many bytes {@link #CODEC} makes, with that head. */
  int encodedBytes(byte[] head) {
    return head.length + Long.BYTES + Integer.BYTES + payload.size();
  }

  /** Appends just what {@link #CODEC} makes, with no array between. */
  void write(byte[] head, StreamingDataOutput<?> out) {
    out.write(head)
        .writeLong(Long.reverseBytes(sentAtMillis))
        .writeInt(Integer.reverseBytes(payload.size()))
        .write(payload.unsafeArray());
  }
}
