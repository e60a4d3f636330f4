package io.nefele.cli;

import io.nefele.core.Bytes;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele send}. */
final class SendCommand extends AskingCommand {
  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "The mailbox that replies go to (in a process: its own).")
  @Nullable String as;

  @Option(
      names = "--timeout",
      paramLabel = "D",
      defaultValue = "10s",
      description = "Give up then (default: 10s).")
  Duration timeout = Duration.ZERO;

  @Parameters(index = "0", paramLabel = "TO", description = "An id or a name.")
  String to = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TEXT",
      description = "The message; '-' or nothing: standard input.")
  @Nullable String text;

  SendCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    checkAddress("the receiver", to);
    Optional<String> sender = MailboxOfCaller.find(as, console);
    if (sender.isPresent()) {
      checkAddress("--as", sender.get());
    }
  }

  @Override
  int ask(Nefele agent) throws NefeleException, IOException {
    Bytes payload =
        text == null || text.equals("-")
            ? readInput()
            : Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    agent.send(MailboxOfCaller.find(as, console), to, payload, timeout);
    return DONE;
  }

  /** Reads one byte beyond the limit at most, so that memory is bounded. */
  private Bytes readInput() throws IOException, NefeleException {
    byte[] input = console.in().readNBytes(Frame.MAX_PAYLOAD_BYTES + 1);
    if (input.length > Frame.MAX_PAYLOAD_BYTES) {
      throw usage(
          "a message has at most "
              + Frame.MAX_PAYLOAD_BYTES
              + " bytes (64 MiB), standard input has more; send it in parts");
    }
    return Bytes.wrap(input);
  }

  static void checkAddress(String what, String address) throws NefeleException {
    if (ProcessId.isProcessId(address)) {
      return;
    }
    try {
      new Name(address);
    } catch (IllegalArgumentException e) {
      throw usage(what + ": " + e.getMessage());
    }
  }
}
