package io.nefele.cli;

import io.nefele.core.Name;
import io.nefele.core.Priority;
import io.nefele.core.RestartPolicy;
import io.nefele.lib.NefeleException;
import io.nefele.lib.rollout.RolloutTerms;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.ProcessSpec;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job as a YAML file: its name and its parts, each with the keys that a process of a {@link
 * SpecFile} has, and more. Its schema is {@code job.schema.json} beside this class.
 */
final class JobFile {
  private static final List<String> KEYS = List.of("job", "parts");
  private static final List<String> PART_KEYS =
      List.of("run", "every", "schedule", "overlap", "missed", "update");
  private static final List<String> UPDATE_KEYS =
      List.of("max-surge", "max-unavailable", "min-ready", "ready-within", "grace");
  private static final List<String> KINDS = List.of("service", "once", "periodic");

  /** Its keeper is started again by it, and that has at most 64 KiB in all. */
  private static final int TEXT_MAX = 48 << 10;

  /** So that names made of it are names. */
  private static final int NAME_MAX = 40;

  private static final Duration MIN_READY = Duration.ofSeconds(1);
  private static final Duration READY_WITHIN = Duration.ofMinutes(1);
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final SpecFile specs;

  private JobFile(SpecFile specs) {
    this.specs = specs;
  }

  /**
   * Reads a job.
   *
   * @param here what the file's name and the working directories in it are relative to
   * @throws NefeleException if it can't be read, or is not of that form: with the line
   */
  static Job read(Path here, Path file) throws NefeleException {
    return parse(here, file.toString(), SpecFile.text(here, file));
  }

  /**
   * Reads a job from its text.
   *
   * @param file the name of its file, for what is said of it
   */
  static Job parse(Path here, String file, String text) throws NefeleException {
    if (text.length() > TEXT_MAX) {
      throw new NefeleException(
          ErrorKind.USAGE,
          file + ": a job file has at most " + TEXT_MAX + " characters, this has " + text.length());
    }
    YamlNode root = YamlNode.read(file, new StringReader(text));
    return new JobFile(new SpecFile(here)).job(root, text);
  }

  /** The JSON schema of such files: its own part, and what it shares with spec files. */
  static String schema() throws IOException {
    String shared = "\"$defs\": {";
    String spec = SpecFile.schema();
    return SpecFile.resource("job.schema.json")
        .replace(
            "\"@shared\": true\n",
            spec.substring(spec.indexOf(shared) + shared.length()).stripLeading());
  }

  private Job job(YamlNode root, String text) throws NefeleException {
    Map<String, YamlNode> entries = root.entries("a job", KEYS);
    YamlNode name = entries.get("job");
    YamlNode parts = entries.get("parts");
    if (name == null || parts == null) {
      throw root.wrong("a job has the keys 'job', its name, and 'parts', what it runs");
    }
    List<Job.Part> read = new ArrayList<>();
    for (var entry : parts.entries().entrySet()) {
      String part = entry.getKey();
      name(entry.getValue(), "a part", part);
      read.add(part(part, entry.getValue()));
    }
    if (read.isEmpty()) {
      throw parts.wrong("'parts' names nothing to run; 'nefele job stop' ends a job");
    }
    refuseLaterParts(parts, read);
    SpecFile.refuseCircles(parts, read.stream().map(Job.Part::spec));
    return new Job(name(name, "a job", name.text()), List.copyOf(read), text);
  }

  /**
   * Parts are applied in their order: whoever waits for a later one would keep it from starting.
   */
  private static void refuseLaterParts(YamlNode at, List<Job.Part> parts) throws NefeleException {
    Set<String> later = new HashSet<>();
    for (Job.Part part : parts.reversed()) {
      for (Name other : part.spec().lifecycle().after()) {
        if (later.contains(other.text())) {
          throw at.wrong(
              "'"
                  + part.name()
                  + "' starts after '"
                  + other
                  + "', which stands behind it; parts are applied in the order of the file");
        }
      }
      part.spec().name().ifPresent(later::add);
    }
  }

  private static String name(YamlNode at, String what, String name) throws NefeleException {
    if (name.length() > NAME_MAX || name.contains("/")) {
      throw at.wrong(
          "the name of " + what + " has up to " + NAME_MAX + " letters and no /: '" + name + "'");
    }
    try {
      return new Name(name).text();
    } catch (IllegalArgumentException e) {
      throw at.wrong(String.valueOf(e.getMessage()));
    }
  }

  private Job.Part part(String name, YamlNode node) throws NefeleException {
    List<String> known = new ArrayList<>(SpecFile.PROCESS_KEYS);
    known.addAll(PART_KEYS);
    Map<String, YamlNode> entries = node.entries("a part", known);
    YamlNode run = entries.get("run");
    boolean timed = entries.containsKey("every") || entries.containsKey("schedule");
    String kind = run == null ? timed ? "periodic" : "service" : run.text();
    if (run != null && !KINDS.contains(kind)) {
      throw run.wrong("'" + kind + "' is no way to run" + Closest.hint(kind, KINDS));
    }
    Start start = specs.component(node, entries);
    ProcessSpec spec = start.spec();
    for (String label : spec.labels()) {
      if (label.startsWith("nefele.") && !label.startsWith(Priority.KEY + "=")) {
        throw node.wrong("labels that begin with 'nefele.' are made by nefele itself: " + label);
      }
    }
    return switch (kind) {
      case "service" -> {
        only(entries, kind, List.of("run", "update"));
        yield service(name, node, entries, start);
      }
      case "once" -> {
        only(entries, kind, List.of("run"));
        refuseUnlessFinite(node, entries, kind, spec);
        yield new Job.Part(name, new Job.Kind.Once(), start);
      }
      default -> {
        only(entries, kind, List.of("run", "every", "schedule", "overlap", "missed"));
        refuseUnlessFinite(node, entries, kind, spec);
        yield new Job.Part(name, periodic(node, entries), start);
      }
    };
  }

  /** Refuses keys that mean nothing for parts of that kind. */
  private static void only(Map<String, YamlNode> entries, String kind, List<String> meant)
      throws NefeleException {
    for (var entry : entries.entrySet()) {
      if (PART_KEYS.contains(entry.getKey()) && !meant.contains(entry.getKey())) {
        throw entry
            .getValue()
            .wrong("'" + entry.getKey() + "' means nothing for a part that runs as " + kind);
      }
    }
  }

  /**
   * A service is found under its name, and goes on whatever happens, unless it is said otherwise.
   */
  private static Job.Part service(
      String name, YamlNode node, Map<String, YamlNode> entries, Start start)
      throws NefeleException {
    ProcessSpec spec = start.spec();
    YamlNode restart = entries.get("restart");
    if (restart != null && !spec.lifecycle().restart().restarts()) {
      throw restart.wrong(
          "a service is started again when it ends; write 'run: once' for what runs to its end");
    }
    ProcessSpec.Builder service = spec.toBuilder().count(1);
    if (spec.name().isEmpty()) {
      service.name(name);
    }
    if (restart == null) {
      service.lifecycle(spec.lifecycle().with(RestartPolicy.parse("always")));
    }
    return new Job.Part(
        name,
        new Job.Kind.Service(terms(node, entries.get("update"), spec.count())),
        new Start(service.build(), start.ship(), start.placed()));
  }

  /** What runs to its end is one process at a time, and nobody waits for it to be well. */
  private static void refuseUnlessFinite(
      YamlNode node, Map<String, YamlNode> entries, String kind, ProcessSpec spec)
      throws NefeleException {
    if (spec.count() != 1) {
      throw node.wrong("a part that runs as " + kind + " is one process; leave out 'count'");
    }
    YamlNode restart = entries.get("restart");
    if (restart != null && restart.text().startsWith("always")) {
      throw restart.wrong(
          "a part that runs as " + kind + " ends when it succeeds; write on-failure[:MAX]");
    }
    for (String key : List.of("reschedule", "disruption-budget")) {
      YamlNode starts = entries.get(key);
      if (starts != null && restart == null) {
        throw starts.wrong(
            "a part that runs as "
                + kind
                + " with '"
                + key
                + "' needs 'restart: on-failure[:MAX]'");
      }
    }
  }

  static RolloutTerms terms(YamlNode part, @Nullable YamlNode update, int count)
      throws NefeleException {
    Map<String, YamlNode> entries =
        update == null ? Map.of() : update.entries("an update", UPDATE_KEYS);
    int surge = number(entries.get("max-surge"), 1);
    int unavailable = number(entries.get("max-unavailable"), 0);
    if (update != null && unavailable > count) {
      throw update.wrong("max-unavailable: " + unavailable + " of " + count + " processes");
    }
    try {
      return new RolloutTerms(
          count,
          surge,
          unavailable,
          span(entries.get("min-ready"), MIN_READY),
          span(entries.get("ready-within"), READY_WITHIN),
          span(entries.get("grace"), GRACE));
    } catch (IllegalArgumentException e) {
      throw (update == null ? part : update).wrong(String.valueOf(e.getMessage()));
    }
  }

  private static int number(@Nullable YamlNode node, int otherwise) throws NefeleException {
    return node == null ? otherwise : node.as(JobFile::number);
  }

  private static int number(String text) {
    return text.equals("0") ? 0 : SpecFile.count(text);
  }

  private static Duration span(@Nullable YamlNode node, Duration otherwise) throws NefeleException {
    return node == null ? otherwise : node.as(Span::parse);
  }

  private static Job.Kind.Periodic periodic(YamlNode node, Map<String, YamlNode> entries)
      throws NefeleException {
    YamlNode every = entries.get("every");
    YamlNode schedule = entries.get("schedule");
    if ((every == null) == (schedule == null)) {
      throw node.wrong(
          "a periodic part has one of 'every', as in every: 10m, and 'schedule', as in"
              + " schedule: \"*/5 * * * *\"");
    }
    Timetable timetable =
        every != null
            ? every.as(text -> Timetable.every(Span.parse(text)))
            : Optional.ofNullable(schedule).orElse(node).as(CronSchedule::parse);
    return new Job.Kind.Periodic(
        timetable,
        constant(entries.get("overlap"), Job.Overlap.SKIP),
        constant(entries.get("missed"), Job.Missed.SKIP));
  }

  private static <E extends Enum<E>> E constant(@Nullable YamlNode node, E otherwise)
      throws NefeleException {
    if (node == null) {
      return otherwise;
    }
    List<String> known = new ArrayList<>();
    for (E constant : otherwise.getDeclaringClass().getEnumConstants()) {
      String text = constant.name().toLowerCase(Locale.ROOT);
      if (text.equals(node.text())) {
        return constant;
      }
      known.add(text);
    }
    throw node.wrong("'" + node.text() + "' is not known here" + Closest.hint(node.text(), known));
  }
}
