package io.nefele.cli;

import io.nefele.lib.NefeleException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose mailbox replies to a message go to. */
final class SenderOptions {
  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "The mailbox that replies go to (in a process: its own).")
  @Nullable String as;

  Optional<String> sender(Console console) throws NefeleException {
    Optional<String> sender = MailboxOfCaller.find(as, console);
    if (sender.isPresent()) {
      SendCommand.checkAddress("--as", sender.get());
    }
    return sender;
  }
}
