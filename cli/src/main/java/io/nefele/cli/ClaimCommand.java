package io.nefele.cli;

import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele claim}. */
final class ClaimCommand extends AskingCommand {
  @Parameters(paramLabel = "NAME", description = "Which one process alone is to have.")
  @Nullable Name name;

  @Option(names = "--as", paramLabel = "ID", description = "The process (in a process: itself).")
  @Nullable ProcessId as;

  @Option(names = "--release", description = "Give the name up.")
  boolean release;

  @Option(
      names = "--timeout",
      paramLabel = "D",
      defaultValue = "5s",
      description = "Agents that have not answered then are left out (default: 5s).")
  Duration timeout = Duration.ZERO;

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  ClaimCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    process();
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    if (release) {
      agent.release(process(), String.valueOf(name));
      return DONE;
    }
    Response.Claimed claimed = agent.claim(process(), String.valueOf(name), timeout);
    if (json) {
      console.out().println(Json.document(Json::claimed, claimed));
    } else {
      console.out().println(claimed.epoch());
    }
    return reportMissing(claimed.missing());
  }

  private ProcessId process() throws NefeleException {
    if (as != null) {
      return as;
    }
    String own = console.environment().getOrDefault("NEFELE_ID", "");
    if (!ProcessId.isProcessId(own)) {
      throw usage("name the process with --as ID; only inside of one it is known");
    }
    return ProcessId.parse(own);
  }
}
