package io.nefele.cli;

import io.nefele.core.Name;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response.MailboxRow;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
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

  @Parameters(paramLabel = "NAME", description = "The name of mailboxes.")
  @Nullable Name name;

  LookupCommand(Console console) {
    super(console);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    String wanted = Objects.requireNonNull(name).text();
    List<MailboxRow> mailboxes = agent.lookup(wanted, timeout);
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
          "nobody has a mailbox named " + wanted + "; start one with 'nefele spawn --name'");
    }
    return DONE;
  }
}
