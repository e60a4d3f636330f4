package io.nefele.cli;

import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response.ProcessRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the keeper of a job has done each time that something periodic is due: starts it, and tells
 * for how many seconds the keeper may sleep, and up to when each part is looked after, which it is
 * told again the next time.
 */
final class JobTick {
  /** On each run of a periodic part: when it was due, in milliseconds since 1970. */
  static final String DUE = "nefele.due";

  private static final Duration CLAIM_DEADLINE = Duration.ofSeconds(5);

  /** Clocks are set, and servers sleep. */
  private static final Duration SLEEP_MAX = Duration.ofHours(1);

  /** A run that waits for the one before begins so late at most. */
  private static final Duration QUEUE_LOOK = Duration.ofSeconds(5);

  private final Nefele agent;
  private final Console console;

  JobTick(Nefele agent, Console console) {
    this.agent = agent;
    this.console = console;
  }

  /**
   * Does it.
   *
   * @param since for each part {@code NAME=MILLIS}, up to when it is looked after; none: that is
   *     not known
   */
  int run(List<String> since) throws NefeleException {
    Map<String, String> environment = console.environment();
    String name =
        Optional.ofNullable(environment.get(JobKeeper.NAME))
            .orElseThrow(() -> AskingCommand.usage("'job tick' is for the keeper of a job"));
    Job job =
        JobKeeper.job(environment, name)
            .orElseThrow(() -> AskingCommand.usage("'job tick' is for the keeper of a job"));
    Instant now = Instant.now();
    SortedMap<String, Instant> handled = handled(since);
    JobState state = JobState.read(agent, name);
    boolean own = isOwn(name, ProcessId.parse(environment.getOrDefault("NEFELE_ID", "")));
    Instant wake = now.plus(SLEEP_MAX);
    for (Job.Part part : job.parts()) {
      if (part.kind() instanceof Job.Kind.Periodic periodic) {
        Runs runs = new Runs(state, part, periodic, now);
        Instant from =
            Optional.ofNullable(handled.get(part.name())).orElseGet(runs::lookedAfterUntil);
        Decision decision = own ? runs.decide(from) : runs.pass();
        if (decision.start().isPresent()) {
          start(job, part, decision.start().get());
        }
        handled.put(part.name(), decision.until());
        wake = decision.wake().isBefore(wake) ? decision.wake() : wake;
      }
    }
    long millis = Math.max(1, Duration.between(Instant.now(), wake).toMillis());
    List<String> words = new ArrayList<>();
    words.add(String.format(Locale.ROOT, "%.3f", millis / 1000.0));
    handled.forEach((part, until) -> words.add(part + "=" + until.toEpochMilli()));
    console.out().println(String.join(" ", words));
    return AskingCommand.DONE;
  }

  private static SortedMap<String, Instant> handled(List<String> since) {
    SortedMap<String, Instant> handled = new TreeMap<>();
    for (String word : since) {
      int equals = word.indexOf('=');
      if (equals > 0 && word.substring(equals + 1).matches("[0-9]{1,15}")) {
        handled.put(
            word.substring(0, equals),
            Instant.ofEpochMilli(Long.parseLong(word.substring(equals + 1))));
      }
    }
    return handled;
  }

  /** Whether this keeper is the one that starts runs: another may not have ended yet. */
  private boolean isOwn(String job, ProcessId keeper) throws NefeleException {
    try {
      agent.claim(keeper, "jobs/" + job, CLAIM_DEADLINE);
      return true;
    } catch (NefeleException e) {
      if (e.kind() == ErrorKind.REFUSED) {
        return false;
      }
      throw e;
    }
  }

  private void start(Job job, Job.Part part, Instant due) {
    try {
      ProcessId run =
          agent
              .spawn(
                  part.spec(job.name()).toBuilder()
                      .labels(List.of(DUE + "=" + due.toEpochMilli()))
                      .build())
              .getFirst();
      console.err().println(part.name() + ": " + run + " for " + due);
    } catch (NefeleException e) {
      // The next one is tried all the same.
      console.err().println(part.name() + ": no run for " + due + ", " + e.getMessage());
    }
  }

  /**
   * What is to be done for a part.
   *
   * @param start what was due
   * @param until up to when it is looked after then
   * @param wake when to look again
   */
  record Decision(Optional<Instant> start, Instant until, Instant wake) {}

  /** The runs of a periodic part that there are, and are to be. */
  record Runs(JobState state, Job.Part part, Job.Kind.Periodic periodic, Instant now) {

    /** From where on a keeper looks that has just begun. */
    Instant lookedAfterUntil() {
      return periodic.missed() == Job.Missed.SKIP
          ? now
          : state.of(part.name()).stream()
              .flatMap(row -> due(row).stream())
              .max(Comparator.naturalOrder())
              .orElse(now);
    }

    private static Optional<Instant> due(ProcessRow row) {
      return JobState.label(row, DUE)
          .filter(text -> text.matches("[0-9]{1,15}"))
          .map(text -> Instant.ofEpochMilli(Long.parseLong(text)));
    }

    private Instant wake() {
      return periodic.timetable().next(now).orElse(now.plus(SLEEP_MAX));
    }

    /** Another keeper starts them. */
    Decision pass() {
      return new Decision(Optional.empty(), now, wake());
    }

    Decision decide(Instant from) {
      Optional<Instant> due = lastDue(from);
      if (due.isEmpty() || isStarted(due.get())) {
        return pass();
      }
      boolean busy = !state.live(part.name()).isEmpty();
      return switch (periodic.overlap()) {
        case PARALLEL -> new Decision(due, now, wake());
        case SKIP -> busy ? pass() : new Decision(due, now, wake());
        case QUEUE ->
            busy
                ? new Decision(Optional.empty(), from, now.plus(QUEUE_LOOK))
                : new Decision(due, now, wake());
      };
    }

    private boolean isStarted(Instant due) {
      return state.of(part.name()).stream().anyMatch(row -> due(row).equals(Optional.of(due)));
    }

    /** One run stands for all that were due since. */
    private Optional<Instant> lastDue(Instant from) {
      Optional<Instant> last = Optional.empty();
      Optional<Instant> next = periodic.timetable().next(from);
      while (next.isPresent() && !next.get().isAfter(now)) {
        last = next;
        next = periodic.timetable().next(next.get());
      }
      return last;
    }
  }
}
