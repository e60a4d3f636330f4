package io.nefele.cli;

import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import io.nefele.wire.Response.ProcessRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What there is of a job: its processes, by their labels, and its keeper.
 *
 * @param rows of its parts' processes, also of those that have ended
 * @param keepers that live: one, unless an apply was broken off
 * @param lostKeepers whose agents are gone
 */
record JobState(
    String job, List<ProcessRow> rows, List<ProcessRow> keepers, List<ProcessRow> lostKeepers) {
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  /** What there is of all jobs, by their names. */
  static SortedMap<String, JobState> all(Nefele agent) throws NefeleException {
    Response.Processes answer = agent.ps(true, DEADLINE);
    if (!answer.missing().isEmpty()) {
      throw new NefeleException(
          ErrorKind.PARTIAL,
          "no answer in time from "
              + String.join(", ", answer.missing())
              + ", where more of the job may be; nothing is done");
    }
    SortedSet<String> names = new TreeSet<>();
    answer.rows().stream()
        .filter(row -> isLive(row) || label(row, JobKeeper.KEEPER).isEmpty())
        .forEach(row -> label(row, Job.JOB).ifPresent(names::add));
    SortedMap<String, JobState> jobs = new TreeMap<>();
    names.forEach(name -> jobs.put(name, of(name, answer.rows())));
    return jobs;
  }

  static JobState read(Nefele agent, String job) throws NefeleException {
    JobState state = all(agent).get(job);
    return state == null ? new JobState(job, List.of(), List.of(), List.of()) : state;
  }

  static JobState of(String job, List<ProcessRow> all) {
    List<ProcessRow> own =
        all.stream().filter(row -> label(row, Job.JOB).equals(Optional.of(job))).toList();
    List<ProcessRow> keepers =
        own.stream()
            .filter(row -> label(row, JobKeeper.KEEPER).isPresent())
            .sorted(Comparator.comparing(JobKeeper::number).thenComparing(ProcessRow::id))
            .toList();
    return new JobState(
        job,
        own.stream().filter(row -> label(row, Job.PART).isPresent()).toList(),
        keepers.stream().filter(JobState::isLive).toList(),
        keepers.stream().filter(row -> row.state().equals("lost")).toList());
  }

  static Optional<String> label(ProcessRow row, String key) {
    return row.labels().stream()
        .filter(label -> label.startsWith(key + "="))
        .map(label -> label.substring(key.length() + 1))
        .findFirst();
  }

  static boolean isLive(ProcessRow row) {
    return !row.state().equals("exited") && !row.state().equals("lost");
  }

  /** The processes of a part that live. */
  List<ProcessRow> live(String part) {
    return of(part).stream().filter(JobState::isLive).toList();
  }

  /** The processes of a part, also those that have ended and are still known. */
  List<ProcessRow> of(String part) {
    return rows.stream().filter(row -> label(row, Job.PART).equals(Optional.of(part))).toList();
  }

  /** How many of a part live, by their revisions. */
  SortedMap<String, Integer> revisions(String part) {
    SortedMap<String, Integer> revisions = new TreeMap<>();
    live(part).forEach(row -> revisions.merge(revision(row), 1, Integer::sum));
    return revisions;
  }

  static String revision(ProcessRow row) {
    return label(row, Job.REVISION).orElse("");
  }

  /** The names of the parts of which something lives. */
  SortedSet<String> liveParts() {
    SortedSet<String> parts = new TreeSet<>();
    rows.stream()
        .filter(JobState::isLive)
        .forEach(row -> label(row, Job.PART).ifPresent(parts::add));
    return parts;
  }

  /** The one that says what holds; one that is lost, too, remembers what was applied. */
  Optional<ProcessRow> keeper() {
    List<ProcessRow> those = new ArrayList<>(lostKeepers);
    those.addAll(keepers);
    return those.stream().max(Comparator.comparing(JobKeeper::number));
  }

  /** Tells the job apart from an earlier one of its name, which was stopped. */
  Optional<String> generation() {
    return keeper().flatMap(row -> label(row, JobKeeper.GENERATION));
  }

  /** The revision of a part that runs once which has run to its end. */
  Optional<String> done(String part) {
    Optional<String> kept = keeper().flatMap(row -> label(row, JobKeeper.DONE + part));
    // An apply that was broken off while it waited has not told the keeper. What ran before the job
    // was stopped is of another generation.
    return kept.isPresent()
        ? kept
        : of(part).stream()
            .filter(row -> row.exitCode().equals(Optional.of(0)) && !isLive(row))
            .filter(row -> generation().isPresent())
            .filter(row -> label(row, JobKeeper.GENERATION).equals(generation()))
            .max(Comparator.comparing(ProcessRow::stateSinceMillis))
            .map(JobState::revision);
  }

  /** What runs once and has, and in which revision, as far as the keeper knows. */
  SortedMap<String, String> done() {
    SortedMap<String, String> done = new TreeMap<>();
    keeper()
        .map(JobKeeper::done)
        .orElse(List.of())
        .forEach(part -> done(part).ifPresent(revision -> done.put(part, revision)));
    return done;
  }

  /** A run of that revision that goes on. */
  Optional<ProcessId> running(String part, String revision) {
    return live(part).stream()
        .filter(row -> revision(row).equals(revision))
        .map(ProcessRow::id)
        .findFirst();
  }
}
