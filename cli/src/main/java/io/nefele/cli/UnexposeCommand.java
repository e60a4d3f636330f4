package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import picocli.CommandLine.Parameters;

/** {@code nefele unexpose}. */
final class UnexposeCommand extends AskingCommand {
  @Parameters(paramLabel = "PORT", description = "A port of the agent that is asked (--at).")
  int port;

  UnexposeCommand(Console console) {
    super(console);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    agent.exposures().close(port);
    return DONE;
  }
}
