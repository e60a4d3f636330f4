package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code nefele call}. */
final class CallCommand extends AskingCommand {
  @Parameters(
      index = "0",
      paramLabel = "TO",
      description = {
        "An id; a name, or any:NAME with ?by=... or ?key=... (see 'nefele send --help'): one of",
        "that name, and the next one if that is gone before it has replied; FABRIC:/ and one of",
        "these, in another fabric. Outside:",
        "tcp://HOST:PORT (all that comes back until it ends), http(s)://HOST[:PORT]/PATH (POST)."
      })
  String to = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TEXT",
      description = "The message; '-' or nothing: standard input.")
  @Nullable String text;

  @Mixin MessageOptions message = new MessageOptions();

  CallCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    SendCommand.checkReceiver(to);
  }

  @Override
  int ask(Nefele agent) throws NefeleException, IOException {
    Response.Reply reply = agent.call(to, MessageOptions.payload(text, console), message.timeout);
    if (message.json) {
      console.out().println(Json.document(Json::reply, reply));
    } else {
      byte[] payload = reply.payload().unsafeArray();
      console.out().write(payload, 0, payload.length);
      console.out().println();
      reply.failovers().forEach(before -> console.err().println("no reply from " + before));
    }
    return DONE;
  }
}
