package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import io.nefele.wire.Topic;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele publish}. */
final class PublishCommand extends AskingCommand {
  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "The mailbox that replies go to (in a process: its own).")
  @Nullable String as;

  @Option(
      names = "--timeout",
      paramLabel = "D",
      defaultValue = "10s",
      description = "Wait no longer for agents with subscribers (default: 10s).")
  Duration timeout = Duration.ZERO;

  @Option(names = "--json", description = "Print what became of it as one JSON document.")
  boolean json;

  @Parameters(index = "0", paramLabel = "TOPIC", description = "Such as orders/eu/7.")
  String topic = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TEXT",
      description = "The message; '-' or nothing: standard input.")
  @Nullable String text;

  PublishCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    try {
      Topic.check(topic);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  @Override
  int ask(Nefele agent) throws NefeleException, IOException {
    Response.Published published =
        agent.publish(MailboxOfCaller.find(as, console), topic, Payload.of(text, console), timeout);
    if (json) {
      console.out().println(Json.document(Json::published, published));
    } else {
      console
          .out()
          .println(
              published.stored()
                  + " stored, "
                  + published.waiting()
                  + " waiting, "
                  + published.refused()
                  + " refused, at "
                  + published.agents()
                  + " agents, "
                  + Span.showMicros(published.tookMicros()));
    }
    if (published.refused() > 0) {
      console.err().println(published.refused() + " subscribers do not keep up and refused it");
    }
    int missing = reportMissing(published.missing());
    return published.refused() > 0 ? ErrorKind.PARTIAL.exitCode() : missing;
  }
}
