package io.nefele.cli;

import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele kill}. */
final class KillCommand extends AskingCommand {
  @Option(
      names = {"-s", "--signal"},
      paramLabel = "SIG",
      defaultValue = "TERM",
      description = "A signal by name or number (default: TERM).")
  SignalNumber signal = new SignalNumber(15);

  @Parameters(arity = "1..*", paramLabel = "ID", description = "Processes.")
  List<ProcessId> processes = new ArrayList<>();

  KillCommand(Console console) {
    super(console);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    agent.signal(processes, signal.number());
    return DONE;
  }
}
