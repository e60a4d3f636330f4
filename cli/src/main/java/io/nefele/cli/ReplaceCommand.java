package io.nefele.cli;

import io.nefele.core.Name;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.lib.Roller;
import io.nefele.lib.rollout.Rollout;
import io.nefele.lib.rollout.RolloutOutcome;
import io.nefele.lib.rollout.RolloutTerms;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Response;
import io.nefele.wire.Response.ProcessRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele replace}. */
final class ReplaceCommand extends AskingCommand {
  /** On each process that came in the place of another by this command: by which call of it. */
  private static final String REPLACED = "nefele.replaced";

  private static final Duration DEADLINE = Duration.ofSeconds(5);

  @Parameters(index = "0", paramLabel = "NAME", description = "Of the processes.")
  @Nullable Name name;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "What the new ones run, after --; if it is left out, the same as the old ones.")
  List<String> command = new ArrayList<>();

  @Option(
      names = "--max-surge",
      paramLabel = "N",
      defaultValue = "1",
      description = "So many more than there are, meanwhile (default: 1).")
  int maxSurge;

  @Option(
      names = "--max-unavailable",
      paramLabel = "N",
      defaultValue = "0",
      description = "So many fewer that are ready, meanwhile (default: 0).")
  int maxUnavailable;

  @Option(
      names = "--min-ready",
      paramLabel = "D",
      defaultValue = "1s",
      description = "One without a health check is ready when it has run for so long (1s).")
  Duration minReady = Duration.ZERO;

  @Option(
      names = "--ready-within",
      paramLabel = "D",
      defaultValue = "1m",
      description = "If one is not ready by then, all is brought back (default: 1m).")
  Duration readyWithin = Duration.ZERO;

  @Option(
      names = "--grace",
      paramLabel = "D",
      defaultValue = "10s",
      description = "From SIGTERM to SIGKILL (default: 10s).")
  Duration grace = Duration.ZERO;

  ReplaceCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    terms(1);
    if (!command.isEmpty() && command.getFirst().isEmpty()) {
      throw usage("the command is empty; name a program after --");
    }
  }

  private RolloutTerms terms(int count) throws NefeleException {
    try {
      return new RolloutTerms(count, maxSurge, maxUnavailable, minReady, readyWithin, grace);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    String pool = String.valueOf(name);
    List<ProcessRow> old = members(agent, pool);
    Optional<String> job = JobState.label(old.getFirst(), Job.JOB);
    if (job.isPresent() && !command.isEmpty()) {
      throw usage(
          "'" + pool + "' is of job " + job.get() + ": change its file, then 'nefele apply'");
    }
    String lockName = job.map(ApplyCommand::lockOf).orElse("replace/" + pool);
    try (PoolLock lock =
        PoolLock.take(agent, lockName.substring(0, Math.min(63, lockName.length())))) {
      ProcessSpec spec = spec(agent, pool, members(agent, pool));
      lock.check();
      String revision = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
      ProcessSpec.Builder wanted =
          spec.toBuilder().withoutLabel(REPLACED).labels(List.of(REPLACED + "=" + revision));
      if (!command.isEmpty()) {
        wanted.command(command);
      }
      RolloutOutcome outcome =
          new Roller(
                  agent,
                  row ->
                      row.name().equals(Optional.of(pool))
                          ? Optional.of(JobState.label(row, REPLACED).orElse(""))
                          : Optional.empty(),
                  text -> console.err().println(pool + ": " + text))
              .run(new Rollout(revision, terms(old.size())), revision, wanted.build());
      JobChanges.succeed(pool, outcome);
    }
    console.out().println("'" + pool + "' is replaced: " + old.size() + " processes");
    return DONE;
  }

  private static List<ProcessRow> members(Nefele agent, String pool) throws NefeleException {
    Response.Processes answer = agent.ps(false, DEADLINE);
    List<ProcessRow> members =
        answer.rows().stream()
            .filter(row -> row.name().equals(Optional.of(pool)) && JobState.isLive(row))
            .toList();
    if (members.isEmpty()) {
      throw new NefeleException(
          ErrorKind.FAILED, "no process is named '" + pool + "'; 'nefele ps' lists your processes");
    }
    return members;
  }

  /** What they all were started by. */
  private static ProcessSpec spec(Nefele agent, String pool, List<ProcessRow> members)
      throws NefeleException {
    ProcessSpec first = agent.describe(members.getFirst().id());
    for (ProcessRow member : members) {
      ProcessSpec other = agent.describe(member.id());
      if (!JobDifference.fields(plain(other)).equals(JobDifference.fields(plain(first)))) {
        throw new NefeleException(
            ErrorKind.REFUSED,
            "the processes named '"
                + pool
                + "' are not alike: "
                + members.getFirst().id()
                + " and "
                + member.id()
                + " were started in different ways; a job file tells parts of one name apart");
      }
    }
    return first;
  }

  private static ProcessSpec plain(ProcessSpec spec) {
    return spec.toBuilder().withoutLabel(REPLACED).build();
  }
}
