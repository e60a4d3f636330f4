package io.nefele.cli;

import io.nefele.core.Bytes;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all commands that send a message take, beside the text. */
final class MessageOptions {
  @Option(
      names = "--timeout",
      paramLabel = "D",
      defaultValue = "10s",
      description = "Give up then (default: 10s).")
  Duration timeout = Duration.ZERO;

  @Option(names = "--json", description = "Print what came of it as one JSON document.")
  boolean json;

  /**
   * The message that the command line gives, or standard input.
   *
   * @param text as it was given; null or "-": standard input
   */
  static Bytes payload(@Nullable String text, Console console) throws IOException, NefeleException {
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
