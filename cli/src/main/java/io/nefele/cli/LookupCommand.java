package io.nefele.cli;

import io.nefele.core.Name;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Address;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response.MailboxRow;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele lookup}. */
final class LookupCommand extends AskingCommand {
  @Option(
      names = "--timeout",
      paramLabel = "D",
      defaultValue = "2s",
      description = "Show what is known by then (default: 2s).")
  Duration timeout = Duration.ZERO;

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  @Parameters(
      paramLabel = "NAME",
      description = {
        "The name of mailboxes; or, outside, FABRIC:/NAME, tcp://HOST:PORT or http(s)://HOST/PATH."
      })
  String name = "";

  LookupCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    if (Address.leadsOutside(name)) {
      SendCommand.checkReceiver(name);
    } else {
      try {
        new Name(name);
      } catch (IllegalArgumentException e) {
        throw usage(String.valueOf(e.getMessage()));
      }
    }
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    List<MailboxRow> mailboxes = agent.lookup(name, timeout);
    if (json) {
      console.out().println(Json.array(Json::mailbox, mailboxes));
    } else if (!mailboxes.isEmpty()) {
      Table table = new Table("ID", "DISTANCE", "RTT");
      for (MailboxRow row : mailboxes) {
        table.row(row.id().toString(), row.distance(), Span.showMicros(row.rttMicros()));
      }
      table.print(console);
    }
    if (mailboxes.isEmpty()) {
      throw new NefeleException(
          ErrorKind.FAILED,
          "nobody has a mailbox named " + name + "; start one with 'nefele spawn --name'");
    }
    return DONE;
  }
}
