package io.nefele.mailbox.chronicle;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Codec;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.core.ProcessId;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.StreamingDataOutput;

/**
 * A message in a shared queue.
 *
 * @param from whom a reply goes to
 * @param topic to which it was published; empty: it was sent to the mailbox
 * @param sentAtMillis the sender's wall clock, milliseconds since 1970
 */
public record SharedMessage(
    Optional<ProcessId> from, String topic, long sentAtMillis, io.nefele.core.Bytes payload) {
  static final Codec<SharedMessage> CODEC =
      Codec.of(
          (message, out) -> message.putHead(out).int64(message.sentAtMillis).bytes(message.payload),
          in ->
              new SharedMessage(in.optional(ProcessId.CODEC), in.string(), in.int64(), in.bytes()));

  /** Of the least message: a flag, the time, and the lengths of topic and payload. */
  private static final int OTHER_BYTES = 1 + Long.BYTES + 2 * Integer.BYTES;

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

  /**
   * Reads all that is left of {@code in}, as {@link #CODEC} does, with no array between.
   *
   * @throws MalformedMessage if it is no message
   */
  static SharedMessage read(Bytes<?> in) throws MalformedMessage {
    if (in.readRemaining() < OTHER_BYTES) {
      throw new MalformedMessage("a message of " + in.readRemaining() + " bytes");
    }
    Optional<ProcessId> from =
        in.readByte() == 0
            ? Optional.empty()
            : Optional.of(
                new ProcessId(
                    new AgentBoot(
                        new AgentId(Long.reverseBytes(in.readLong())),
                        Integer.reverseBytes(in.readInt())),
                    Integer.reverseBytes(in.readInt())));
    byte[] topic = block(in);
    long sentAtMillis = Long.reverseBytes(in.readLong());
    byte[] payload = block(in);
    if (in.readRemaining() > 0) {
      throw new MalformedMessage(in.readRemaining() + " bytes behind a message");
    }
    return new SharedMessage(
        from,
        topic.length == 0 ? "" : new String(topic, StandardCharsets.UTF_8),
        sentAtMillis,
        io.nefele.core.Bytes.wrap(payload));
  }

  private static byte[] block(Bytes<?> in) throws MalformedMessage {
    int length = Integer.reverseBytes(in.readInt());
    if (length < 0 || length > in.readRemaining()) {
      throw new MalformedMessage(length + " bytes, of which " + in.readRemaining() + " are there");
    }
    byte[] block = new byte[length];
    in.read(block);
    return block;
  }
}
