package io.nefele.cli;

import static java.util.stream.Collectors.joining;

import io.nefele.core.Bytes;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Address;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import java.io.IOException;
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

  @Parameters(
      index = "0",
      paramLabel = "TO",
      description = {
        "An id; a name: the nearest of that name; any:NAME, with ?by=nearest, ?by=round-robin,",
        "?by=least-loaded or ?key=TEXT; all:NAME: all of that name; tenant: all of yours."
      })
  String to = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TEXT",
      description = "The message; '-' or nothing: standard input.")
  @Nullable String text;

  @Option(names = "--json", description = "Print what became of it as one JSON document.")
  boolean json;

  SendCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    checkReceiver(to);
    Optional<String> sender = MailboxOfCaller.find(as, console);
    if (sender.isPresent()) {
      checkAddress("--as", sender.get());
    }
  }

  @Override
  int ask(Nefele agent) throws NefeleException, IOException {
    Bytes payload = Payload.of(text, console);
    Response.Receipt receipt = agent.post(MailboxOfCaller.find(as, console), to, payload, timeout);
    if (json) {
      console.out().println(Json.document(Json::receipt, receipt));
    }
    long failed = receipt.rows().stream().filter(row -> !row.failure().isEmpty()).count();
    if (failed > 0) {
      console
          .err()
          .println(
              "stored in "
                  + (receipt.rows().size() - failed)
                  + " of "
                  + receipt.rows().size()
                  + " mailboxes; not in "
                  + receipt.rows().stream()
                      .filter(row -> !row.failure().isEmpty())
                      .map(row -> row.id() + " (" + row.failure() + ")")
                      .collect(joining(", ")));
    }
    int missing = reportMissing(receipt.missing());
    return failed > 0 ? ErrorKind.PARTIAL.exitCode() : missing;
  }

  static void checkReceiver(String to) throws NefeleException {
    try {
      Address.parse(to);
    } catch (IllegalArgumentException e) {
      throw usage("the receiver: " + e.getMessage());
    }
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
