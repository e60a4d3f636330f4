package io.nefele.cli;

import io.nefele.core.FabricName;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Address;
import io.nefele.wire.Response.FabricRow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele fabric}. */
final class FabricCommand extends AskingCommand {
  private static final int GATEWAYS_MAX = 8;

  /** What can be done with other fabrics. */
  enum Action {
    add,
    list,
    remove
  }

  @Mixin KeyFile key = new KeyFile();

  @Option(names = "--json", description = "list: print one JSON document.")
  boolean json;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ACTION",
      description = "${COMPLETION-CANDIDATES} (default: list)")
  Action action = Action.list;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME",
      description = "What the other fabric is called here: messages go to NAME:/WHOM.")
  @Nullable String name;

  @Parameters(
      index = "2..*",
      arity = "0..*",
      paramLabel = "URL",
      description = {
        "add: http://HOST:PORT or https://HOST:PORT of each of its gateways ('nefele expose",
        "--gateway' there). They are tried in turn until one takes a message. Replaces those before."
      })
  List<String> gateways = new ArrayList<>();

  FabricCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    if (action != Action.list && name == null) {
      throw usage("say which fabric: 'nefele fabric " + action + " NAME'");
    }
    if (name != null) {
      checkName(name);
    }
    if (action != Action.add && !gateways.isEmpty()) {
      throw usage("only 'nefele fabric add' takes URLs, not '" + gateways.getFirst() + "'");
    }
    if (action == Action.add && (gateways.isEmpty() || gateways.size() > GATEWAYS_MAX)) {
      throw usage(
          "say where 1 to "
              + GATEWAYS_MAX
              + " of its gateways are: 'nefele fabric add "
              + name
              + " http://HOST:PORT...'");
    }
    for (String gateway : gateways) {
      checkGateway(gateway);
    }
    key.read(console);
  }

  private static void checkName(String name) throws NefeleException {
    try {
      new FabricName(name);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private static void checkGateway(String url) throws NefeleException {
    try {
      if (Address.parse(url) instanceof Address.Web web && web.path().equals("/")) {
        return;
      }
    } catch (IllegalArgumentException e) {
      // Said below, for all that is none.
    }
    throw usage(
        "a gateway is at http://HOST[:PORT] or https://HOST[:PORT], without a path, not at '"
            + url
            + "'");
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    String fabric = name == null ? "" : name;
    switch (action) {
      case add -> agent.fabrics().add(fabric, gateways, key.read(console));
      case remove -> agent.fabrics().remove(fabric);
      case list -> list(agent);
    }
    return DONE;
  }

  private void list(Nefele agent) throws NefeleException {
    List<FabricRow> fabrics = agent.fabrics().list();
    if (json) {
      console.out().println(Json.array(Json::fabric, fabrics));
      return;
    }
    Table table = new Table("FABRIC", "SIGNED", "GATEWAYS");
    for (FabricRow row : fabrics) {
      table.row(row.name(), row.keyed() ? "yes" : "no", String.join(" ", row.gateways()));
    }
    table.print(console);
  }
}
