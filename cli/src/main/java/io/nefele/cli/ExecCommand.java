package io.nefele.cli;

import io.nefele.core.ProcessId;
import io.nefele.core.ProcessInput;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele exec}: another process beside a running one, attached to this command. */
final class ExecCommand extends AskingCommand {
  @Option(
      names = "--env",
      paramLabel = "KEY[=VALUE]",
      description = "Set a variable for it; without a value: as it is here. May be repeated.")
  List<String> environment = new ArrayList<>();

  @Option(
      names = "--cwd",
      paramLabel = "DIR",
      defaultValue = "",
      description = "Its working directory, absolute (default: that of the process).")
  String workingDirectory = "";

  @Parameters(index = "0", paramLabel = "ID", description = "The id of a running process.")
  @Nullable ProcessId process;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "The program and its arguments, after --.")
  List<String> command = new ArrayList<>();

  ExecCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    // What stands behind the id is all of the command, the separator too.
    if (command.getFirst().equals("--")) {
      command.removeFirst();
    }
    if (command.isEmpty()) {
      throw usage("name a program after --");
    }
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    ProcessInput input = Attached.input();
    ProcessId beside =
        agent
            .streams()
            .join(
                new Request.Join(
                    Objects.requireNonNull(process),
                    input,
                    Variables.resolved(environment, console),
                    workingDirectory,
                    command));
    boolean terminal = input instanceof ProcessInput.Terminal;
    return new Attached(agent, beside, console, terminal).run();
  }
}
