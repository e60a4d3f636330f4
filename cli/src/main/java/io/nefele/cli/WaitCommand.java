package io.nefele.cli;

import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response.ProcessRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele wait}. */
final class WaitCommand extends AskingCommand {
  @Option(
      names = "--timeout",
      paramLabel = "D",
      description = "Give up then, with exit code 5 (default: never).")
  @Nullable Duration timeout;

  @Option(names = "--json", description = "Print the last rows as one JSON document.")
  boolean json;

  @Parameters(arity = "1..*", paramLabel = "ID", description = "Processes.")
  List<ProcessId> processes = new ArrayList<>();

  WaitCommand(Console console) {
    super(console);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    Patience patience = new Patience(timeout);
    List<ProcessRow> ended = new ArrayList<>();
    for (ProcessId process : processes) {
      ProcessRow row = await(agent, process, patience);
      ended.add(row);
      if (!json) {
        console
            .out()
            .println(
                row.id() + " " + row.state() + row.exitCode().map(code -> " " + code).orElse(""));
      }
    }
    if (json) {
      console.out().println(Json.array(Json::process, ended));
    }
    return DONE;
  }

  private static ProcessRow await(Nefele agent, ProcessId process, Patience patience)
      throws NefeleException {
    while (true) {
      try {
        return agent.await(process, patience.next());
      } catch (NefeleException e) {
        if (e.kind() != ErrorKind.PARTIAL || patience.isOver()) {
          throw e;
        }
      }
    }
  }
}
