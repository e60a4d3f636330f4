package io.nefele.cli;

import io.nefele.core.Lifecycle;
import io.nefele.core.ProcessId;
import io.nefele.core.RestartPolicy;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Response.ProcessRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The one small process of a job that is none of its parts. What is to be remembered of the job is
 * on it: what was applied last, and which revisions have run that run once. It starts what is
 * periodic. What it says is changed by another in its place.
 */
final class JobKeeper {
  /** Tells a keeper. */
  static final String KEEPER = "nefele.keeper";

  /** On the keepers of a job, and on what it runs once: which job of its name it is. */
  static final String GENERATION = "nefele.generation";

  /**
   * Of two keepers the one with the greater number says what holds: the other was lost for a while.
   */
  static final String NUMBER = "nefele.number";

  /** Before the name of a part: what is wanted of it. */
  static final String WANTED = "nefele.part.";

  /** Before the name of a part that runs once: which of its revisions has. */
  static final String DONE = "nefele.done.";

  /**
   * Variables of a keeper: the job's name, the text of its file, where that was applied, and what
   * {@link JobBundles} became of the files that it names.
   */
  static final String NAME = "NEFELE_JOB_NAME";

  private static final String TEXT = "NEFELE_JOB_TEXT";
  private static final String DIRECTORY = "NEFELE_JOB_DIR";
  private static final String BUNDLES = "NEFELE_JOB_BUNDLES";

  private static final String UNTIL_APPLIED = "incomplete";
  private static final int SIGKILL = 9;
  private static final long RESCHEDULE_MILLIS = 30_000;

  /** Between two runs there is no more than a shell that sleeps. */
  private static final String TICKING =
      "since=; while told=$(nefele job tick $since); do set -- $told; delay=$1; shift;"
          + " since=\"$*\"; sleep \"$delay\"; done; exit 1";

  private JobKeeper() {}

  /**
   * What is wanted of a part, as {@code nefele jobs} tells it.
   *
   * @param kind service, once or periodic
   */
  record Wanted(String kind, int count, String revision) {}

  /** The keeper of a job that is applied. */
  static ProcessSpec of(Job job, String generation, SortedMap<String, String> done, Path here) {
    List<String> labels = new ArrayList<>();
    job.parts().forEach(part -> labels.add(WANTED + part.name() + "=" + wanted(part)));
    boolean ticks = job.parts().stream().anyMatch(part -> part.kind() instanceof Job.Kind.Periodic);
    return keeper(job.name(), generation, hash(job), ticks)
        .labels(labels)
        .labels(doneLabels(done))
        .environment(
            List.of(
                NAME + "=" + job.name(),
                TEXT + "=" + job.text(),
                DIRECTORY + "=" + here,
                BUNDLES + "=" + JobBundles.of(job)))
        .build();
  }

  /** The keeper of a job that is not yet applied to its end. */
  static ProcessSpec incomplete(String job, String generation, SortedMap<String, String> done) {
    return keeper(job, generation, UNTIL_APPLIED, false).labels(doneLabels(done)).build();
  }

  /** The same keeper, with more to remember. */
  static ProcessSpec remembering(ProcessSpec keeper, SortedMap<String, String> done) {
    ProcessSpec.Builder other = keeper.toBuilder();
    done.keySet().forEach(part -> other.withoutLabel(DONE + part));
    return other.labels(doneLabels(done)).build();
  }

  private static ProcessSpec.Builder keeper(
      String job, String generation, String says, boolean ticks) {
    return ProcessSpec.of(ticks ? List.of("/bin/sh", "-c", TICKING) : List.of("sleep", "infinity"))
        .name("jobs/" + job)
        .labels(List.of(Job.JOB + "=" + job, KEEPER + "=" + says, GENERATION + "=" + generation))
        .lifecycle(
            Lifecycle.ONCE
                .with(RestartPolicy.parse("always"))
                .reschedulingAfter(RESCHEDULE_MILLIS));
  }

  private static List<String> doneLabels(SortedMap<String, String> done) {
    return done.entrySet().stream()
        .map(entry -> DONE + entry.getKey() + "=" + entry.getValue())
        .toList();
  }

  private static String wanted(Job.Part part) {
    return switch (part.kind()) {
      case Job.Kind.Service service -> "service " + part.wanted() + " " + part.revision();
      case Job.Kind.Once once -> "once 1 " + part.revision();
      case Job.Kind.Periodic periodic -> "periodic 1 " + part.revision();
    };
  }

  /** Equal for jobs that a keeper keeps in the same way. */
  static String hash(Job job) {
    List<String> said = new ArrayList<>();
    for (Job.Part part : job.parts()) {
      said.add(
          part.name()
              + " "
              + wanted(part)
              + (part.kind() instanceof Job.Kind.Periodic(var timetable, var overlap, var missed)
                  ? " " + timetable.text() + " " + overlap + " " + missed
                  : ""));
    }
    return Integer.toHexString(Objects.hash(said)).toLowerCase(Locale.ROOT);
  }

  static int number(ProcessRow keeper) {
    return JobState.label(keeper, NUMBER)
        .filter(text -> text.matches("[0-9]{1,9}"))
        .map(Integer::parseInt)
        .orElse(0);
  }

  /** The parts that run once and have, as a keeper's labels say. */
  static List<String> done(ProcessRow keeper) {
    return keeper.labels().stream()
        .filter(label -> label.startsWith(DONE))
        .map(label -> label.substring(DONE.length(), label.indexOf('=')))
        .toList();
  }

  /** What is wanted of each part, as a keeper's labels say. */
  static SortedMap<String, Wanted> wanted(ProcessRow keeper) {
    SortedMap<String, Wanted> wanted = new TreeMap<>();
    for (String label : keeper.labels()) {
      int equals = label.indexOf('=');
      String[] words = label.substring(equals + 1).split(" ");
      if (label.startsWith(WANTED) && words.length == 3 && words[1].matches("[0-9]{1,7}")) {
        wanted.put(
            label.substring(WANTED.length(), equals),
            new Wanted(words[0], Integer.parseInt(words[1]), words[2]));
      }
    }
    return wanted;
  }

  /** The job that was applied last, if a keeper says it in a way that is still understood. */
  static Optional<Job> lastApplied(Nefele agent, JobState state) throws NefeleException {
    Optional<ProcessRow> keeper = state.keeper();
    if (keeper.isEmpty()) {
      return Optional.empty();
    }
    try {
      return job(variables(agent.describe(keeper.get().id())), state.job());
    } catch (NefeleException e) {
      if (e.kind() == ErrorKind.UNREACHABLE) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private static Map<String, String> variables(ProcessSpec keeper) {
    Map<String, String> variables = new TreeMap<>();
    for (String variable : keeper.environment()) {
      int equals = variable.indexOf('=');
      variables.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return variables;
  }

  /** The job that a keeper with these variables keeps. */
  static Optional<Job> job(Map<String, String> variables, String name) throws NefeleException {
    String text = variables.get(TEXT);
    String directory = variables.get(DIRECTORY);
    return text == null || directory == null
        ? Optional.empty()
        : Optional.of(
            JobBundles.in(
                JobFile.parse(Path.of(directory), "job " + name, text),
                variables.getOrDefault(BUNDLES, "")));
  }

  /** Puts a keeper in the place of those that there are. */
  static JobState replace(Nefele agent, JobState state, ProcessSpec keeper) throws NefeleException {
    int number = state.keeper().map(JobKeeper::number).orElse(0) + 1;
    agent.spawn(
        keeper.toBuilder().withoutLabel(NUMBER).labels(List.of(NUMBER + "=" + number)).build());
    List<ProcessId> others = state.keepers().stream().map(ProcessRow::id).toList();
    if (!others.isEmpty()) {
      try {
        agent.signal(others, SIGKILL);
      } catch (NefeleException e) {
        if (e.kind() == ErrorKind.UNREACHABLE) {
          throw e;
        }
        // It has ended already, or is lost; the newest is the one that counts.
      }
    }
    return JobState.read(agent, state.job());
  }
}
