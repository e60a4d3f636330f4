package io.nefele.cli;

import io.nefele.core.ProcessId;
import io.nefele.core.ProcessInput;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ProcessSpec;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Mixin;

/** {@code nefele run}: a process somewhere in the fabric, as if it ran here. */
final class RunCommand extends AskingCommand {
  @Mixin ProcessOptions processes = new ProcessOptions();

  private List<Start> starts = List.of();

  RunCommand(Console console) {
    super(console);
  }

  @Override
  boolean answersAlone() throws IOException {
    if (processes.schema) {
      console.out().print(SpecFile.schema());
    }
    return processes.schema;
  }

  @Override
  void checkUsage() throws NefeleException {
    starts = processes.starts(console, true);
    if (starts.size() != 1 || starts.getFirst().spec().count() != 1) {
      throw usage("one process can be attached to this command; 'nefele spawn' starts more");
    }
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    ProcessInput input = Attached.input();
    boolean terminal = input instanceof ProcessInput.Terminal;
    String kind = console.environment().getOrDefault("TERM", "");
    List<String> more = terminal && !kind.isEmpty() ? List.of("TERM=" + kind) : List.of();
    ProcessSpec spec = Start.shipped(console, starts, agent).getFirst();
    ProcessId process = agent.spawn(List.of(spec.with(input, more))).getFirst();
    return new Attached(agent, process, console, terminal).run();
  }
}
