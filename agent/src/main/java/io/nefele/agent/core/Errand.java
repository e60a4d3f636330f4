package io.nefele.agent.core;

import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.mailbox.Envelope;
import io.nefele.table.ProcessRow;

/** Something that only the agent of a process can do. */
public sealed interface Errand {

  /**
   * Send a signal to the process and all that it started.
   *
   * @param signal as in {@code signal(7)}
   */
  record Signal(int signal) implements Errand {}

  /** Answer when the process has ended. */
  record Wait() implements Errand {}

  /**
   * Read captured output.
   *
   * @param offset bytes to skip
   */
  record ReadLog(boolean standardError, long offset) implements Errand {}

  /** Take the next message of the mailbox. */
  record Receive(int timeoutMillis) implements Errand {}

  Codec<Errand> CODEC = Codec.of(Errand::encode, Errand::decode);

  private static void encode(Errand errand, Encoder out) {
    switch (errand) {
      case Signal(int signal) -> out.int8(1).int32(signal);
      case Wait() -> out.int8(2);
      case ReadLog(boolean standardError, long offset) ->
          out.int8(3).bool(standardError).int64(offset);
      case Receive(int timeoutMillis) -> out.int8(4).int32(timeoutMillis);
    }
  }

  private static Errand decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    return switch (type) {
      case 1 -> new Signal(in.int32());
      case 2 -> new Wait();
      case 3 -> new ReadLog(in.bool(), in.int64());
      case 4 -> new Receive(in.int32());
      default -> throw in.malformed("no errand has type " + type);
    };
  }

  /** How an errand ended. */
  sealed interface Outcome {

    record Done() implements Outcome {}

    /** There is no such process or mailbox of the tenant at that agent. */
    record Unknown() implements Outcome {}

    /** The process was there, and has ended: too late to signal it. */
    record Ended(ProcessRow row) implements Outcome {}

    /**
     * @param end the offset behind {@code content}
     * @param ended whether no more will come
     */
    record Output(Bytes content, long end, boolean ended) implements Outcome {}

    record Message(Envelope envelope) implements Outcome {}

    /** No message came in time. */
    record NoMessage() implements Outcome {}

    /** The agent of the process is gone or does not answer. */
    record Unreachable() implements Outcome {}

    Codec<Outcome> CODEC = Codec.of(Outcome::encode, Outcome::decode);

    private static void encode(Outcome outcome, Encoder out) {
      switch (outcome) {
        case Done() -> out.int8(1);
        case Unknown() -> out.int8(2);
        case Ended(var row) -> out.int8(3).put(ProcessRow.CODEC, row);
        case Output(var content, long end, boolean ended) ->
            out.int8(4).bytes(content).int64(end).bool(ended);
        case Message(var envelope) -> out.int8(5).put(Envelope.CODEC, envelope);
        case NoMessage() -> out.int8(6);
        case Unreachable() -> out.int8(7);
      }
    }

    private static Outcome decode(Decoder in) throws MalformedMessage {
      int type = in.int8();
      return switch (type) {
        case 1 -> new Done();
        case 2 -> new Unknown();
        case 3 -> new Ended(in.get(ProcessRow.CODEC));
        case 4 -> new Output(in.bytes(), in.int64(), in.bool());
        case 5 -> new Message(in.get(Envelope.CODEC));
        case 6 -> new NoMessage();
        case 7 -> new Unreachable();
        default -> throw in.malformed("no outcome has type " + type);
      };
    }
  }
}
