package io.nefele.core;

/** What a process reads on its standard input. */
public sealed interface ProcessInput {

  /** Nothing. */
  record Empty() implements ProcessInput {}

  /** What its caller feeds it. */
  record Fed() implements ProcessInput {}

  /** A terminal of its own, which is its output, too; its caller types at it. */
  record Terminal(int rows, int columns) implements ProcessInput {}

  Codec<ProcessInput> CODEC = Codec.of(ProcessInput::encode, ProcessInput::decode);

  private static void encode(ProcessInput input, Encoder out) {
    switch (input) {
      case Empty() -> out.int8(0);
      case Fed() -> out.int8(1);
      case Terminal(int rows, int columns) -> out.int8(2).int32(rows).int32(columns);
    }
  }

  private static ProcessInput decode(Decoder in) throws MalformedMessage {
    int kind = in.int8();
    return switch (kind) {
      case 0 -> new Empty();
      case 1 -> new Fed();
      case 2 -> new Terminal(in.int32(), in.int32());
      default -> throw in.malformed("no input is of kind " + kind);
    };
  }
}
