package io.nefele.core;

import java.util.List;

/** How it is found out whether a process is well. */
public sealed interface Probe {
  int PORT_MAX = 65_535;

  Codec<Probe> CODEC =
      Codec.of(
          (probe, out) -> {
            switch (probe) {
              case Command(var words) -> out.int8(0).list(Command.WORD, words);
              case Port(int number) -> out.int8(1).int32(number);
              case Call(var text) -> out.int8(2).string(text);
            }
          },
          in -> {
            int kind = in.int8();
            return switch (kind) {
              case 0 -> new Command(in.list(Command.WORD));
              case 1 -> new Port(in.int32());
              case 2 -> new Call(in.string());
              default -> throw in.malformed("no health check has the kind " + kind);
            };
          });

  /**
   * A command that is run beside it; its exit code 0 says that it is well.
   *
   * @param words program and arguments
   */
  record Command(List<String> words) implements Probe {
    private static final Codec<String> WORD =
        Codec.of((String text, Encoder out) -> out.string(text), Decoder::string);

    public Command {
      if (words.isEmpty() || words.getFirst().isEmpty()) {
        throw new IllegalArgumentException("a health check needs a command");
      }
    }
  }

  /**
   * It takes connections at this TCP port of 127.0.0.1, as seen from inside of its own network.
   *
   * @param number from 1 to {@link #PORT_MAX}
   */
  record Port(int number) implements Probe {
    public Port {
      if (number < 1 || number > PORT_MAX) {
        throw new IllegalArgumentException(
            "a health check tries a port from 1 to " + PORT_MAX + ", not " + number);
      }
    }
  }

  /**
   * It answers a call to its mailbox, whatever it answers.
   *
   * @param text what it is sent, by which it may tell the call from others
   */
  record Call(String text) implements Probe {
    /** If it is not said otherwise. */
    public static final String TEXT = "ping";

    private static final int TEXT_MAX = 1024;

    public Call {
      if (text.length() > TEXT_MAX) {
        throw new IllegalArgumentException(
            "the text of a health check has up to "
                + TEXT_MAX
                + " characters, not "
                + text.length());
      }
    }
  }
}
