package io.nefele.agent.core;

import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.wire.ErrorKind;

/** What came of going outside the fabric. */
public sealed interface OutsideOutcome {

  /**
   * It is done.
   *
   * @param reply empty unless one was wanted
   * @param connectMicros how long it took until there was a connection
   */
  record Done(Bytes reply, long connectMicros) implements OutsideOutcome {}

  /** It was certainly not done; where there is another way there, that may be tried. */
  record Refused(String why) implements OutsideOutcome {}

  /**
   * It was certainly not done, and will not be by any other way: so those say who would do it.
   *
   * @param kind what the client is told
   */
  record Declined(ErrorKind kind, String why) implements OutsideOutcome {}

  /** It went out; whether it was done, nobody here knows. */
  record Unanswered(String why) implements OutsideOutcome {}

  /** Not by this agent: another may be asked. */
  record Elsewhere(String why) implements OutsideOutcome {}

  Codec<OutsideOutcome> CODEC = Codec.of(OutsideOutcome::encode, OutsideOutcome::decode);

  private static void encode(OutsideOutcome outcome, Encoder out) {
    switch (outcome) {
      case Done(var reply, long connectMicros) -> out.int8(1).bytes(reply).int64(connectMicros);
      case Refused(var why) -> out.int8(2).string(why);
      case Unanswered(var why) -> out.int8(3).string(why);
      case Elsewhere(var why) -> out.int8(4).string(why);
      case Declined(var kind, var why) -> out.int8(5).int8(kind.exitCode()).string(why);
    }
  }

  private static OutsideOutcome decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    return switch (type) {
      case 1 -> new Done(in.bytes(), in.int64());
      case 2 -> new Refused(in.string());
      case 3 -> new Unanswered(in.string());
      case 4 -> new Elsewhere(in.string());
      case 5 -> new Declined(ErrorKind.ofExitCode(in.int8()), in.string());
      default -> throw in.malformed("nothing comes of going outside that has type " + type);
    };
  }
}
