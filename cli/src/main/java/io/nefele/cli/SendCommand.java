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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code nefele send}. */
final class SendCommand extends AskingCommand {
  @Parameters(
      index = "0",
      paramLabel = "TO",
      description = {
        "An id; a name: the nearest of that name; any:NAME, with ?by=nearest, ?by=round-robin,",
        "?by=least-loaded or ?key=TEXT; all:NAME: all of that name; tenant: all of yours;",
        "where your tenant may: FABRIC:/ and one of these, in another fabric; tcp://HOST:PORT,",
        "http(s)://HOST[:PORT]/PATH, outside."
      })
  String to = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TEXT",
      description = "The message; '-' or nothing: standard input.")
  @Nullable String text;

  @Mixin MessageOptions message = new MessageOptions();

  @Mixin SenderOptions from = new SenderOptions();

  SendCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    checkReceiver(to);
    from.sender(console);
  }

  @Override
  int ask(Nefele agent) throws NefeleException, IOException {
    Bytes payload = MessageOptions.payload(text, console);
    Response.Receipt receipt = agent.post(from.sender(console), to, payload, message.timeout);
    if (message.json) {
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
