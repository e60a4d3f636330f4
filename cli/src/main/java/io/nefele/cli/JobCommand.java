package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Parameters;

/** {@code nefele job}. */
final class JobCommand extends AskingCommand {
  /** What can be done with a job beside applying it. */
  enum Action {
    stop,
    tick
  }

  @Parameters(
      index = "0",
      paramLabel = "ACTION",
      description = "${COMPLETION-CANDIDATES}; tick is for the keeper of a job.")
  Action action = Action.stop;

  @Parameters(
      index = "1..*",
      paramLabel = "NAME",
      arity = "0..*",
      description = "stop: the job that is ended, with all of its processes.")
  List<String> names = new ArrayList<>();

  JobCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    if (action == Action.stop && names.size() != 1) {
      throw usage("say which job: 'nefele job stop NAME'; 'nefele jobs' lists them");
    }
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    return switch (action) {
      case tick -> new JobTick(agent, console).run(names);
      case stop -> stop(agent, names.getFirst());
    };
  }

  private int stop(Nefele agent, String name) throws NefeleException {
    if (isGone(JobState.read(agent, name))) {
      throw new NefeleException(
          ErrorKind.FAILED, "nothing of a job '" + name + "' runs; 'nefele jobs' lists all");
    }
    try (PoolLock lock = PoolLock.take(agent, ApplyCommand.lockOf(name))) {
      new JobChanges(agent, console, lock, JobState.read(agent, name)).stop();
    }
    return DONE;
  }

  private static boolean isGone(JobState state) {
    return state.keepers().isEmpty() && state.liveParts().isEmpty();
  }
}
