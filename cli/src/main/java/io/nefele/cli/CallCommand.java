package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele call}. */
final class CallCommand extends AskingCommand {
  @Option(
      names = "--timeout",
      paramLabel = "D",
      defaultValue = "10s",
      description = "Without a reply, give up then, with exit code 5 (default: 10s).")
  Duration timeout = Duration.ZERO;

  @Option(names = "--json", description = "Print the reply, and how it came, as JSON.")
  boolean json;

  @Parameters(
      index = "0",
      paramLabel = "TO",
      description = {
        "An id; a name, or any:NAME with ?by=... or ?key=... (see 'nefele send --help'): one of",
        "that name, and the next one if that is gone before it has replied; tcp://HOST:PORT."
      })
  String to = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TEXT",
      description = "The request; '-' or nothing: standard input.")
  @Nullable String text;

  CallCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    SendCommand.checkReceiver(to);
  }

  @Override
  int ask(Nefele agent) throws NefeleException, IOException {
    Response.Reply reply = agent.call(to, Payload.of(text, console), timeout);
    if (json) {
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
