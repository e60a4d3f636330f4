package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import picocli.CommandLine.Parameters;

/** {@code nefele close}. */
final class CloseCommand extends AskingCommand {
  @Parameters(paramLabel = "NAME", description = "A mailbox that belongs to no process.")
  String name = "";

  CloseCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    SendCommand.checkAddress("the mailbox", name);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    agent.closeMailbox(name);
    return DONE;
  }
}
