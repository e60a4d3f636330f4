package io.nefele.mailbox;

import io.nefele.core.AgentBoot;
import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.core.ProcessId;
import java.util.List;
import java.util.Optional;

/** What agents say to each other about mailboxes. */
public sealed interface MailboxMessage {

  /** The first byte tells the kind, the rest are the components in order. */
  Codec<MailboxMessage> CODEC = Codec.of(MailboxMessage::encode, MailboxMessage::decode);

  /**
   * A message for a mailbox at the addressed agent; repeated until it is answered or given up. The
   * components are those of {@link Envelope}; the origin is the boot that sends this.
   *
   * @param previous the sequence of the message to the same mailbox that must be decided before
   *     this one; 0 if the sender waits for none
   */
  record Deliver(
      ProcessId to,
      long sequence,
      long previous,
      Optional<ProcessId> from,
      long sentAtMillis,
      List<Header> headers,
      Bytes payload)
      implements MailboxMessage {
    public Deliver {
      headers = List.copyOf(headers);
    }

    static Deliver of(Envelope envelope, long previous) {
      return new Deliver(
          envelope.to(),
          envelope.sequence(),
          previous,
          envelope.from(),
          envelope.sentAtMillis(),
          envelope.headers(),
          envelope.payload());
    }

    Envelope envelope(AgentBoot origin) {
      return new Envelope(from, to, origin, sequence, sentAtMillis, headers, payload);
    }
  }

  /**
   * The message is stored.
   *
   * @param origin the boot that sent it: a later boot of the same agent counts anew
   */
  record Accepted(AgentBoot origin, ProcessId mailbox, long sequence) implements MailboxMessage {}

  /** The message is not stored, and no copy of it that still travels will be. */
  record Rejected(AgentBoot origin, ProcessId mailbox, long sequence, RefusalReason reason)
      implements MailboxMessage {}

  /** Is the mailbox open, and how much is there to do? */
  record Ask(ProcessId mailbox) implements MailboxMessage {}

  /**
   * How a mailbox is: the answer to {@link Ask}, and unasked, once, to every agent that has written
   * to it, when it is closed.
   *
   * @param open whether messages can be put into it
   * @param load how many wait in it, and one more if nobody waits for the next: then one is in hand
   */
  record Told(ProcessId mailbox, boolean open, long load) implements MailboxMessage {}

  private static void encode(MailboxMessage message, Encoder out) {
    switch (message) {
      case Deliver deliver ->
          out.int8(1)
              .put(ProcessId.CODEC, deliver.to)
              .int64(deliver.sequence)
              .int64(deliver.previous)
              .optional(ProcessId.CODEC, deliver.from)
              .int64(deliver.sentAtMillis)
              .list(Header.CODEC, deliver.headers)
              .bytes(deliver.payload);
      case Accepted accepted ->
          out.int8(2)
              .put(AgentBoot.CODEC, accepted.origin)
              .put(ProcessId.CODEC, accepted.mailbox)
              .int64(accepted.sequence);
      case Rejected rejected ->
          out.int8(3)
              .put(AgentBoot.CODEC, rejected.origin)
              .put(ProcessId.CODEC, rejected.mailbox)
              .int64(rejected.sequence)
              .put(RefusalReason.CODEC, rejected.reason);
      case Ask(ProcessId mailbox) -> out.int8(4).put(ProcessId.CODEC, mailbox);
      case Told(ProcessId mailbox, boolean open, long load) ->
          out.int8(5).put(ProcessId.CODEC, mailbox).bool(open).int64(load);
    }
  }

  private static MailboxMessage decode(Decoder in) throws MalformedMessage {
    int kind = in.int8();
    return switch (kind) {
      case 1 ->
          new Deliver(
              in.get(ProcessId.CODEC),
              positive(in),
              in.int64(),
              in.optional(ProcessId.CODEC),
              in.int64(),
              in.list(Header.CODEC),
              in.bytes());
      case 2 -> new Accepted(in.get(AgentBoot.CODEC), in.get(ProcessId.CODEC), positive(in));
      case 3 ->
          new Rejected(
              in.get(AgentBoot.CODEC),
              in.get(ProcessId.CODEC),
              positive(in),
              in.get(RefusalReason.CODEC));
      case 4 -> new Ask(in.get(ProcessId.CODEC));
      case 5 -> new Told(in.get(ProcessId.CODEC), in.bool(), in.int64());
      default -> throw in.malformed("no mailbox message has the kind " + kind);
    };
  }

  private static long positive(Decoder in) throws MalformedMessage {
    long sequence = in.int64();
    if (sequence < 1) {
      throw in.malformed("sequences count from 1: " + sequence);
    }
    return sequence;
  }
}
