package io.nefele.cli;

import io.nefele.core.Name;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response.ExposureRow;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
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
      names = "--gateway",
      description = {
        "Without a name: other fabrics reach all names and mailboxes of your tenant there ('nefele",
        "fabric add' there makes it known to them)."
      })
  boolean gateway;

  @Mixin KeyFile key = new KeyFile();

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
    if (gateway && (name != null || port == null || web)) {
      throw usage(
          "a gateway leads to all names and speaks one thing: 'nefele expose --gateway --port P'");
    }
    if (!gateway && (name == null) != (port == null)) {
      throw usage(
          "say both: 'nefele expose NAME --port P', or 'nefele expose --gateway --port P'; without"
              + " either it lists");
    }
    if (!gateway && key.file != null) {
      throw usage("--key-file goes with --gateway: who calls a name proves nothing");
    }
    key.read(console);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    if (gateway && port != null) {
      agent.exposures().openGateway(port, timeout, key.read(console));
      return DONE;
    }
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
          Json.speaks(row),
          row.tenant(),
          row.name());
    }
    table.print(console);
    return DONE;
  }
}
