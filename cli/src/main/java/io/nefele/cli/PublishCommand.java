package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import io.nefele.wire.Topic;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code nefele publish}. */
final class PublishCommand extends AskingCommand {
  @Parameters(index = "0", paramLabel = "TOPIC", description = "Such as orders/eu/7.")
  String topic = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TEXT",
      description = "The message; '-' or nothing: standard input.")
  @Nullable String text;

  @Mixin MessageOptions message = new MessageOptions();

  @Mixin SenderOptions from = new SenderOptions();

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
        agent.publish(
            from.sender(console), topic, MessageOptions.payload(text, console), message.timeout);
    if (message.json) {
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
