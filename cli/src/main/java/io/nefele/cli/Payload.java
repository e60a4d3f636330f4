package io.nefele.cli;

import io.nefele.core.Bytes;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The message that a command line gives, or its standard input. */
final class Payload {
  private Payload() {}

  /**
   * @param text as it was given; null or "-": standard input
   */
  static Bytes of(@Nullable String text, Console console) throws IOException, NefeleException {
    return text == null || text.equals("-")
        ? readInput(console)
        : Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads one byte beyond the limit at most, so that memory is bounded. */
  private static Bytes readInput(Console console) throws IOException, NefeleException {
    byte[] input = console.in().readNBytes(Frame.MAX_PAYLOAD_BYTES + 1);
    if (input.length > Frame.MAX_PAYLOAD_BYTES) {
      throw AskingCommand.usage(
          "a message has at most "
              + Frame.MAX_PAYLOAD_BYTES
              + " bytes (64 MiB), standard input has more; send it in parts");
    }
    return Bytes.wrap(input);
  }
}
