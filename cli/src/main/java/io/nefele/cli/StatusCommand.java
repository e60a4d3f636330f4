package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response;
import picocli.CommandLine.Option;

/** {@code nefele status}. */
final class StatusCommand extends AskingCommand {
  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  StatusCommand(Console console) {
    super(console);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    Response.Status status = agent.status();
    if (json) {
      console.out().println(Json.document(Json::status, status));
    } else {
      print(status);
    }
    return DONE;
  }

  private void print(Response.Status status) {
    console.field("agent", status.agent() + " (" + status.name() + "), start " + status.epoch());
    console.field("up", Span.show(status.upMillis()));
    console.field("group", status.group().isEmpty() ? "-" : status.group());
    console.field("sees", status.members() + " agents, " + status.lost() + " lost");
    console.field("processes", Integer.toString(status.processes()));
    Response.Messages messages = status.messages();
    console.field(
        "sent",
        messages.sent()
            + " messages: "
            + messages.accepted()
            + " accepted, "
            + messages.refused()
            + " refused, "
            + messages.unanswered()
            + " unanswered, "
            + messages.inFlight()
            + " in flight");
    console.field(
        "mailboxes",
        messages.recovered()
            + " messages recovered, "
            + messages.stored()
            + " stored: "
            + messages.delivered()
            + " delivered, "
            + messages.pending()
            + " pending, "
            + messages.deadLettered()
            + " dead-lettered");
    Response.Dropped dropped = status.dropped();
    console.field(
        "dropped",
        dropped.malformedDatagrams()
            + " malformed datagrams, "
            + dropped.malformedMessages()
            + " malformed messages, "
            + dropped.undeliverable()
            + " undeliverable");
  }
}
