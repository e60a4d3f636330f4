package io.nefele.cli;

import io.nefele.core.HealthCheck;
import io.nefele.core.Name;
import io.nefele.core.Probe;
import io.nefele.wire.ProcessSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What has to be done so that there is of a job what its file says.
 *
 * @param changes in the order in which they are made
 * @param keeper whether what is remembered of the job changes
 */
record JobDifference(List<Change> changes, boolean keeper) {

  /** What has to be done for one part. */
  sealed interface Change {
    String part();

    /** It is to have so many processes, of that revision; what, for people. */
    record Roll(Job.Part wanted, String text) implements Change {
      @Override
      public String part() {
        return wanted.name();
      }
    }

    /** It is to run once. */
    record Run(Job.Part wanted, String text) implements Change {
      @Override
      public String part() {
        return wanted.name();
      }
    }

    /** It runs periodically from now on, or in another way. */
    record Time(String part, String text) implements Change {}

    /** It is no part any more. */
    record End(String part, String text) implements Change {}

    String text();
  }

  boolean isEmpty() {
    return changes.isEmpty() && !keeper;
  }

  /** One line for each change. */
  List<String> lines() {
    if (changes.isEmpty() && keeper) {
      return List.of("~ what is kept of the job, and none of its processes");
    }
    return changes.stream().map(Change::text).toList();
  }

  /**
   * @param before what was applied last, if that is known
   */
  static JobDifference of(Job job, JobState state, Optional<Job> before) {
    List<Change> changes = new ArrayList<>();
    SortedSet<String> gone = new TreeSet<>(state.liveParts());
    before.ifPresent(
        last ->
            last.parts().stream()
                .filter(part -> part.kind() instanceof Job.Kind.Periodic)
                .forEach(part -> gone.add(part.name())));
    job.parts().forEach(part -> gone.remove(part.name()));
    for (String part : gone) {
      int live = state.live(part).size();
      changes.add(
          new Change.End(
              part, "- " + part + ": " + (live == 0 ? "runs no more" : live + " ended")));
    }
    for (Job.Part part : job.parts()) {
      Optional<Job.Part> old =
          before.stream()
              .flatMap(last -> last.parts().stream())
              .filter(its -> its.name().equals(part.name()))
              .findFirst();
      switch (part.kind()) {
        case Job.Kind.Service service -> service(part, state, old).ifPresent(changes::add);
        case Job.Kind.Once once -> {
          if (!state.done(part.name()).equals(Optional.of(part.revision()))) {
            String how =
                state.running(part.name(), part.revision()).isPresent()
                    ? "runs once, and does so now"
                    : state.done(part.name()).isPresent()
                        ? changed(part, old) + "; runs once more"
                        : "runs once";
            changes.add(new Change.Run(part, "+ " + part.name() + ": " + how));
          }
        }
        case Job.Kind.Periodic periodic -> timed(part, periodic, old).ifPresent(changes::add);
      }
    }
    String keeps = state.keeper().flatMap(row -> JobState.label(row, JobKeeper.KEEPER)).orElse("");
    return new JobDifference(
        List.copyOf(changes), !keeps.equals(JobKeeper.hash(job)) || state.keepers().size() != 1);
  }

  private static Optional<Change> service(Job.Part part, JobState state, Optional<Job.Part> old) {
    SortedMap<String, Integer> revisions = state.revisions(part.name());
    int live = revisions.values().stream().mapToInt(Integer::intValue).sum();
    int current = revisions.getOrDefault(part.revision(), 0);
    int others = live - current;
    int wanted = part.wanted();
    if (others == 0 && current == wanted) {
      return Optional.empty();
    }
    String text;
    if (live == 0) {
      text = "+ " + part.name() + ": " + processes(wanted);
    } else if (others == 0) {
      text = "~ " + part.name() + ": " + processes(current) + " -> " + wanted;
    } else {
      text =
          "~ "
              + part.name()
              + ": "
              + changed(part, old)
              + (live == wanted ? "" : ", " + processes(live) + " -> " + wanted)
              + "; "
              + others
              + " replaced, "
              + pace(part);
    }
    return Optional.of(new Change.Roll(part, text));
  }

  private static String pace(Job.Part part) {
    return part.kind() instanceof Job.Kind.Service(var terms)
        ? "with " + terms.maxSurge() + " more and " + terms.maxUnavailable() + " fewer meanwhile"
        : "";
  }

  private static Optional<Change> timed(
      Job.Part part, Job.Kind.Periodic periodic, Optional<Job.Part> old) {
    if (old.isEmpty() || !(old.get().kind() instanceof Job.Kind.Periodic before)) {
      return Optional.of(
          new Change.Time(part.name(), "+ " + part.name() + ": " + periodic.timetable().text()));
    }
    List<String> changed = new ArrayList<>();
    if (!old.get().revision().equals(part.revision())) {
      changed.add(changed(part, old) + ", from the next run on");
    }
    if (!before.timetable().text().equals(periodic.timetable().text())) {
      changed.add(before.timetable().text() + " -> " + periodic.timetable().text());
    }
    if (before.overlap() != periodic.overlap() || before.missed() != periodic.missed()) {
      changed.add("overlap or missed changed");
    }
    return changed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Change.Time(part.name(), "~ " + part.name() + ": " + String.join("; ", changed)));
  }

  private static String processes(int count) {
    return count == 1 ? "1 process" : count + " processes";
  }

  /** Which of its keys have changed. */
  private static String changed(Job.Part part, Optional<Job.Part> old) {
    List<String> keys = new ArrayList<>();
    if (old.isPresent()) {
      Map<String, String> before = fields(old.get().spec());
      Map<String, String> now = fields(part.spec());
      SortedSet<String> all = new TreeSet<>(before.keySet());
      all.addAll(now.keySet());
      all.stream()
          .filter(key -> !before.getOrDefault(key, "").equals(now.getOrDefault(key, "")))
          .forEach(keys::add);
    }
    return keys.isEmpty() ? "changed" : String.join(", ", keys) + " changed";
  }

  /** What a spec says of each process, by the keys of spec files. */
  static SortedMap<String, String> fields(ProcessSpec spec) {
    SortedMap<String, String> fields = new TreeMap<>();
    fields.put("name", spec.name().orElse(""));
    fields.put("command", spec.command().toString());
    fields.put("cpu", spec.cpuMillis() == 0 ? "" : spec.cpuMillis() + "m");
    fields.put("mem", spec.memoryBytes() == 0 ? "" : Long.toString(spec.memoryBytes()));
    fields.put("resources", text(spec.resources()));
    fields.put("labels", text(spec.labels()));
    fields.put("constraints", text(spec.constraints()));
    fields.put("restart", spec.lifecycle().restart().text());
    fields.put("health-check", spec.lifecycle().health().map(JobDifference::text).orElse(""));
    fields.put(
        "reschedule",
        spec.lifecycle().rescheduleMillis() == 0 ? "" : spec.lifecycle().rescheduleMillis() + "ms");
    fields.put("after", text(spec.lifecycle().after().stream().map(Name::text).toList()));
    fields.put(
        "disruption-budget",
        spec.lifecycle().disruptions() == 0 ? "" : "" + spec.lifecycle().disruptions());
    fields.put("env", text(spec.environment()));
    fields.put("cwd", spec.workingDirectory());
    fields.put("ship", spec.bundle().orElse(""));
    return fields;
  }

  private static String text(List<String> values) {
    return values.isEmpty() ? "" : values.toString();
  }

  private static String text(HealthCheck check) {
    String probe =
        switch (check.probe()) {
          case Probe.Command(var words) -> words.toString();
          case Probe.Port(int number) -> "port " + number;
          case Probe.Call(var text) -> "call " + text;
        };
    return probe
        + " "
        + check.intervalMillis()
        + " "
        + check.timeoutMillis()
        + " "
        + check.retries()
        + " "
        + check.startPeriodMillis();
  }
}
