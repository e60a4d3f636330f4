package io.nefele.mailbox;

import io.nefele.core.Codec;

/** Why a message was not accepted, or a mailbox not read. */
public enum RefusalReason {
  /** The mailbox holds as many messages or bytes as it may. */
  FULL("the mailbox is full"),
  /** The payload is larger than {@link Envelope#MAX_PAYLOAD_BYTES}. */
  TOO_LARGE("the message is larger than " + (Envelope.MAX_PAYLOAD_BYTES >> 20) + " MiB"),
  /** The agent that the address names has no such mailbox. */
  UNKNOWN("there is no such mailbox"),
  /** The mailbox was there and is gone: its process has ended. */
  CLOSED("the mailbox is closed"),
  /** Too much waits at the sender's own agent for this mailbox already. */
  BUSY("too many messages wait for this mailbox at the sender"),
  /** The receiving server could not write the message down. */
  STORAGE("the receiving server could not store the message"),
  /** Its messages are not here but in its shared queue, whose reader alone reads it. */
  SHARED(
      "the mailbox is read through shared memory by another program; read it with SharedMailbox of"
          + " io.nefele.shm, or close it");

  static final Codec<RefusalReason> CODEC =
      Codec.of(
          (reason, out) -> out.int8(reason.ordinal()),
          in -> {
            int ordinal = in.int8();
            if (ordinal < 0 || ordinal >= values().length) {
              throw in.malformed("no refusal has the number " + ordinal);
            }
            return values()[ordinal];
          });

  private final String text;

  RefusalReason(String text) {
    this.text = text;
  }

  /** Whether the mailbox is gone for good. */
  public boolean isOfOneThatEnded() {
    return this == UNKNOWN || this == CLOSED;
  }

  /** The reason as a person reads it, naming the limit where there is one. */
  public String text() {
    return text;
  }
}
