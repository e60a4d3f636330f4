package io.nefele.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response.ProcessRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** {@code nefele jobs}. */
final class JobsCommand extends AskingCommand {
  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  /**
   * A part of a job as it is.
   *
   * @param wanted how many are to run; none: what was applied is not known
   * @param healthy of those that run, how many are not known to be unwell
   * @param revision what was applied, or what runs
   * @param state in a word or two
   */
  record Line(
      String job,
      String part,
      String kind,
      Optional<Integer> wanted,
      int running,
      int healthy,
      String revision,
      String state) {}

  JobsCommand(Console console) {
    super(console);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    List<Line> lines = new ArrayList<>();
    for (JobState state : JobState.all(agent).values()) {
      lines.addAll(lines(state));
    }
    if (json) {
      console.out().println(Json.array(JobsCommand::write, lines));
      return DONE;
    }
    Table table =
        new Table("JOB", "PART", "RUNS", "WANTED", "RUNNING", "HEALTHY", "REVISION", "STATE");
    for (Line line : lines) {
      table.row(
          line.job(),
          line.part(),
          line.kind(),
          line.wanted().map(Object::toString).orElse("-"),
          Integer.toString(line.running()),
          Integer.toString(line.healthy()),
          line.revision(),
          line.state());
    }
    table.print(console);
    return DONE;
  }

  /** The parts of a job of which something is wanted or lives. */
  static List<Line> lines(JobState state) {
    SortedMap<String, JobKeeper.Wanted> wanted =
        state.keeper().map(JobKeeper::wanted).orElseGet(TreeMap::new);
    SortedSet<String> parts = new TreeSet<>(state.liveParts());
    parts.addAll(wanted.keySet());
    state.keeper().map(JobKeeper::done).ifPresent(parts::addAll);
    List<Line> lines = new ArrayList<>();
    for (String part : parts) {
      lines.add(line(state, part, Optional.ofNullable(wanted.get(part))));
    }
    return lines;
  }

  private static Line line(JobState state, String part, Optional<JobKeeper.Wanted> wanted) {
    List<ProcessRow> running =
        state.live(part).stream().filter(row -> row.state().equals("running")).toList();
    int healthy =
        (int)
            running.stream()
                .filter(row -> row.health().isEmpty() || row.health().equals("healthy"))
                .count();
    String kind = wanted.map(JobKeeper.Wanted::kind).orElse("-");
    String revision =
        wanted
            .map(JobKeeper.Wanted::revision)
            .orElseGet(() -> String.join(",", state.revisions(part).keySet()));
    return new Line(
        state.job(),
        part,
        kind,
        wanted.map(JobKeeper.Wanted::count),
        running.size(),
        healthy,
        revision,
        switch (kind) {
          case "service" -> service(state, part, wanted.orElseThrow(), healthy);
          case "once" ->
              state.done(part).equals(Optional.of(revision))
                  ? "done"
                  : running.isEmpty() ? "not done" : "running";
          case "periodic" -> last(state, part);
          default -> "not applied to its end";
        });
  }

  private static String service(JobState state, String part, JobKeeper.Wanted wanted, int healthy) {
    SortedMap<String, Integer> revisions = state.revisions(part);
    if (!revisions.isEmpty()
        && !revisions.keySet().equals(new TreeSet<>(List.of(wanted.revision())))) {
      return "of several revisions";
    }
    return healthy < wanted.count() ? "too few" : healthy > wanted.count() ? "too many" : "well";
  }

  /** How the last run of a periodic part went. */
  private static String last(JobState state, String part) {
    return state.of(part).stream()
        .max(Comparator.comparing(ProcessRow::startedAtMillis))
        .map(
            row ->
                "last run "
                    + row.exitCode()
                        .map(code -> code == 0 ? "succeeded" : "ended with exit code " + code)
                        .orElse(row.state()))
        .orElse("no run yet");
  }

  private static void write(JsonGenerator to, Line line) throws IOException {
    to.writeStartObject();
    to.writeStringField("job", line.job());
    to.writeStringField("part", line.part());
    to.writeStringField("runs", line.kind());
    if (line.wanted().isPresent()) {
      to.writeNumberField("wanted", line.wanted().get());
    } else {
      to.writeNullField("wanted");
    }
    to.writeNumberField("running", line.running());
    to.writeNumberField("healthy", line.healthy());
    to.writeStringField("revision", line.revision());
    to.writeStringField("state", line.state());
    to.writeEndObject();
  }
}
