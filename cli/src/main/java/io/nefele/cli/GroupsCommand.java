package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response.GroupRow;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code nefele groups}. */
final class GroupsCommand extends AskingCommand {
  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  GroupsCommand(Console console) {
    super(console);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    List<GroupRow> groups = agent.groups();
    if (json) {
      console.out().println(Json.array(Json::group, groups));
    } else {
      GroupTree.lines(groups, agent.agents()).forEach(console.out()::println);
    }
    return DONE;
  }
}
