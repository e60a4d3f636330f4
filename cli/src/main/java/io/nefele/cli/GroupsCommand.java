package io.nefele.cli;

import io.nefele.core.Name;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response.GroupRow;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code nefele groups}. */
final class GroupsCommand extends AskingCommand {
  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  @Option(
      names = "--service",
      paramLabel = "S",
      description = "The groups of service S (default: the one that runs processes).")
  @Nullable Name service;

  GroupsCommand(Console console) {
    super(console);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    List<GroupRow> groups = service == null ? agent.groups() : agent.groups(service.toString());
    if (json) {
      console.out().println(Json.array(Json::group, groups));
    } else {
      GroupTree.lines(groups, agent.agents()).forEach(console.out()::println);
    }
    return DONE;
  }
}
