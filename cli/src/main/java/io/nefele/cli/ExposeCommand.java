package io.nefele.cli;

import io.nefele.core.Name;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response.ExposureRow;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele expose}. */
final class ExposeCommand extends AskingCommand {
  @Option(
      names = "--port",
      paramLabel = "P",
      description = "The port, at the address of the agent that is asked (--at).")
  @Nullable Integer port;

  @Option(
      names = "--http",
      description = {
        "HTTP is spoken there: a POST is a call, its answer the reply. Otherwise all bytes until",
        "the other side ends are a call, and the reply is written back."
      })
  boolean web;

  @Option(
      names = "--timeout",
      paramLabel = "D",
      defaultValue = "10s",
      description = "How long a reply is waited for (default: 10s).")
  Duration timeout = Duration.ZERO;

  @Option(names = "--json", description = "Without a name: print one JSON document.")
  boolean json;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "Who is called, one of that name at a time; none: list what is exposed.")
  @Nullable Name name;

  ExposeCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    if ((name == null) != (port == null)) {
      throw usage("say both: 'nefele expose NAME --port P'; without either it lists");
    }
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    if (name != null && port != null) {
      agent.exposures().open(name.text(), port, web, timeout);
      return DONE;
    }
    List<ExposureRow> exposures = agent.exposures().list();
    if (json) {
      console.out().println(Json.array(Json::exposure, exposures));
      return DONE;
    }
    Table table = new Table("AGENT", "PORT", "SPEAKS", "TENANT", "NAME");
    for (ExposureRow row : exposures) {
      table.row(
          row.agentName().isEmpty() ? row.agent() : row.agentName(),
          Integer.toString(row.port()),
          row.web() ? "http" : "tcp",
          row.tenant(),
          row.name());
    }
    table.print(console);
    return DONE;
  }
}
