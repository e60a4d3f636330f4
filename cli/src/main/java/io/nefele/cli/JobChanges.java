package io.nefele.cli;

import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.lib.Roller;
import io.nefele.lib.rollout.Rollout;
import io.nefele.lib.rollout.RolloutOutcome;
import io.nefele.lib.rollout.RolloutTerms;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Response.ProcessRow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Makes the changes of a job, one after the other; the first that fails is the last. */
final class JobChanges {
  private static final RolloutTerms NONE =
      new RolloutTerms(0, 1, 0, Duration.ZERO, Duration.ofMinutes(1), Duration.ofSeconds(10));
  private static final String NO_REVISION = "-";

  private final Nefele agent;
  private final Console console;
  private final PoolLock lock;
  private final String job;
  private JobState state;

  /**
   * @param lock held for the job as long as this is used
   */
  JobChanges(Nefele agent, Console console, PoolLock lock, JobState state) {
    this.agent = agent;
    this.console = console;
    this.lock = lock;
    this.job = state.job();
    this.state = state;
  }

  /** Makes all changes, and has the keeper remember what holds then. */
  void apply(Job wanted, JobDifference difference) throws NefeleException {
    for (JobDifference.Change change : difference.changes()) {
      lock.check();
      switch (change) {
        case JobDifference.Change.Roll(var part, var text) -> roll(part);
        case JobDifference.Change.Run(var part, var text) -> runOnce(part);
        case JobDifference.Change.End(var part, var text) -> end(part, row -> ofPart(row, part));
        case JobDifference.Change.Time time -> {}
      }
    }
    lock.check();
    SortedMap<String, String> done = new TreeMap<>();
    for (Job.Part part : wanted.parts()) {
      if (part.kind() instanceof Job.Kind.Once) {
        done.put(part.name(), part.revision());
      }
    }
    if (difference.keeper()) {
      state =
          JobKeeper.replace(
              agent, state, JobKeeper.of(wanted, generation(), done, console.directory()));
    }
  }

  /** Ends all processes of the job, its keeper first, so that nothing periodic starts meanwhile. */
  void stop() throws NefeleException {
    end("keeper", row -> ofJob(row) && JobState.label(row, JobKeeper.KEEPER).isPresent());
    end(job, this::ofJob);
  }

  private boolean ofJob(ProcessRow row) {
    return JobState.label(row, Job.JOB).equals(Optional.of(job));
  }

  private boolean ofPart(ProcessRow row, String part) {
    return ofJob(row) && JobState.label(row, Job.PART).equals(Optional.of(part));
  }

  private void roll(Job.Part part) throws NefeleException {
    if (!(part.kind() instanceof Job.Kind.Service(var terms))) {
      throw new IllegalStateException(part.name() + " is no service");
    }
    RolloutOutcome outcome =
        new Roller(
                agent,
                row ->
                    ofPart(row, part.name())
                        ? Optional.of(JobState.revision(row))
                        : Optional.empty(),
                text -> console.err().println(part.name() + ": " + text))
            .run(new Rollout(part.revision(), terms), part.revision(), part.spec(job));
    succeed(part.name(), outcome);
  }

  /**
   * Tells how it went.
   *
   * @throws NefeleException if not well
   */
  static void succeed(String pool, RolloutOutcome outcome) throws NefeleException {
    switch (outcome) {
      case RolloutOutcome.Replaced() -> {}
      case RolloutOutcome.RolledBack(var reason) ->
          throw new NefeleException(
              ErrorKind.FAILED,
              pool + " is as it was before, since " + reason + "; 'nefele logs ID' tells more");
      case RolloutOutcome.GivenUp(var reason) ->
          throw new NefeleException(
              ErrorKind.FAILED,
              pool + " could not be brought back, after " + reason + "; see 'nefele ps'");
    }
  }

  private void end(String what, Predicate<ProcessRow> which) throws NefeleException {
    RolloutOutcome outcome =
        new Roller(
                agent,
                row -> which.test(row) ? Optional.of(JobState.revision(row)) : Optional.empty(),
                text -> console.err().println(what + ": " + text))
            .run(
                new Rollout(NO_REVISION, NONE),
                NO_REVISION,
                ProcessSpec.of(List.of("true")).build());
    succeed(what, outcome);
  }

  private void runOnce(Job.Part part) throws NefeleException {
    String revision = part.revision();
    end(part.name(), row -> ofPart(row, part.name()) && !JobState.revision(row).equals(revision));
    if (state.keepers().isEmpty()) {
      state =
          JobKeeper.replace(agent, state, JobKeeper.incomplete(job, generation(), state.done()));
    }
    Optional<ProcessId> runs = state.running(part.name(), revision);
    ProcessId run = runs.isPresent() ? runs.get() : agent.spawn(generated(part)).getFirst();
    console.err().println(part.name() + ": runs as " + run);
    ProcessRow last = awaited(run);
    if (!last.exitCode().equals(Optional.of(0))) {
      throw new NefeleException(
          ErrorKind.FAILED,
          part.name()
              + " has not succeeded: process "
              + run
              + last.exitCode()
                  .map(code -> " has ended with exit code " + code)
                  .orElse(" is " + last.state())
              + "; 'nefele logs "
              + run
              + "' tells more, what comes after it is not done");
    }
    SortedMap<String, String> done = new TreeMap<>();
    done.put(part.name(), revision);
    state = JobState.read(agent, job);
    ProcessId keeper =
        state
            .keeper()
            .map(ProcessRow::id)
            .orElseThrow(
                () ->
                    new NefeleException(
                        ErrorKind.FAILED,
                        "the keeper of job " + job + " has ended; apply it again"));
    state = JobKeeper.replace(agent, state, JobKeeper.remembering(agent.describe(keeper), done));
  }

  private ProcessSpec generated(Job.Part part) {
    return part.spec(job).toBuilder()
        .labels(List.of(JobKeeper.GENERATION + "=" + generation()))
        .build();
  }

  private String generation() {
    return state
        .generation()
        .orElseGet(() -> Long.toString(System.currentTimeMillis(), Character.MAX_RADIX));
  }

  private ProcessRow awaited(ProcessId run) throws NefeleException {
    while (true) {
      lock.check();
      try {
        return agent.await(run, Duration.ofSeconds(10));
      } catch (NefeleException e) {
        if (e.kind() != ErrorKind.PARTIAL) {
          throw e;
        }
      }
    }
  }
}
