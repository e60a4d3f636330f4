package io.nefele.mailbox;

import io.nefele.core.AgentBoot;
import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.ProcessId;
import java.util.List;
import java.util.Optional;

/**
 * A message with its address, as it lies in a mailbox.
 *
 * @param from the sending process; none: an operator who takes no replies
 * @param to the mailbox
 * @param origin the boot of the agent that numbered the message
 * @param sequence grows with every message that {@code origin} sends, from 1; between two messages
 *     to one mailbox it may leave gaps. (origin, sequence) names the message
 * @param sentAtMillis the sender's wall clock, milliseconds since 1970
 * @param headers at most 16, in the sender's order
 * @param payload what the sender wrote, at most {@link #MAX_PAYLOAD_BYTES}
 */
public record Envelope(
    Optional<ProcessId> from,
    ProcessId to,
    AgentBoot origin,
    long sequence,
    long sentAtMillis,
    List<Header> headers,
    Bytes payload) {

  /** The largest payload, in bytes. */
  public static final int MAX_PAYLOAD_BYTES = 64 << 20;

  private static final int MAX_HEADERS = 16;

  public static final Codec<Envelope> CODEC =
      Codec.of(
          (envelope, out) ->
              out.optional(ProcessId.CODEC, envelope.from)
                  .put(ProcessId.CODEC, envelope.to)
                  .put(AgentBoot.CODEC, envelope.origin)
                  .int64(envelope.sequence)
                  .int64(envelope.sentAtMillis)
                  .list(Header.CODEC, envelope.headers)
                  .bytes(envelope.payload),
          in ->
              new Envelope(
                  in.optional(ProcessId.CODEC),
                  in.get(ProcessId.CODEC),
                  in.get(AgentBoot.CODEC),
                  in.int64(),
                  in.int64(),
                  in.list(Header.CODEC),
                  in.bytes()));

  public Envelope {
    if (sequence < 1) {
      throw new IllegalArgumentException("sequences count from 1: " + sequence);
    }
    if (headers.size() > MAX_HEADERS) {
      throw new IllegalArgumentException(
          "a message has at most " + MAX_HEADERS + " headers: " + headers.size());
    }
    if (payload.size() > MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          "a payload has at most " + MAX_PAYLOAD_BYTES + " bytes: " + payload.size());
    }
    headers = List.copyOf(headers);
  }
}
