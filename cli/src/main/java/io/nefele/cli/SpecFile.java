package io.nefele.cli;

import io.nefele.core.Lifecycle;
import io.nefele.core.Name;
import io.nefele.core.Priority;
import io.nefele.core.RestartPolicy;
import io.nefele.core.StartOrder;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.ProcessSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of processes as a YAML file: {@code processes}, a list of components. Its schema is
 * {@code spec.schema.json} beside this class.
 */
final class SpecFile {
  private static final List<String> KEYS = List.of("processes");

  /** The keys of a component. */
  static final List<String> PROCESS_KEYS =
      List.of(
          "name",
          "count",
          "command",
          "cpu",
          "mem",
          "resources",
          "labels",
          "priority",
          "constraint",
          "affinity",
          "anti-affinity",
          "spread",
          "restart",
          "health-check",
          "reschedule",
          "after",
          "disruption-budget",
          "env",
          "cwd",
          "ship");

  private final Path directory;

  /**
   * @param directory what working directories are relative to
   */
  SpecFile(Path directory) {
    this.directory = directory;
  }

  /**
   * Reads the components of {@code file}.
   *
   * @param here what the file's name and the working directories in it are relative to
   * @throws NefeleException if it can't be read, or is not of that form: with the line
   */
  static List<Start> read(Path here, Path file) throws NefeleException {
    String text = text(here, file);
    return new SpecFile(here).components(YamlNode.read(file.toString(), new StringReader(text)));
  }

  /**
   * What stands in a file.
   *
   * @throws NefeleException if it can't be read
   */
  static String text(Path here, Path file) throws NefeleException {
    Path path = here.resolve(file);
    try {
      return Files.readString(path);
    } catch (IOException e) {
      String why =
          Files.isDirectory(path)
              ? "is a directory, not a file"
              : Files.exists(path) ? "can't be read as UTF-8 text" : "does not exist";
      throw new NefeleException(ErrorKind.USAGE, file + " " + why);
    }
  }

  /** The JSON schema of such files. */
  static String schema() throws IOException {
    return resource("spec.schema.json");
  }

  /** What is shipped beside this class. */
  static String resource(String name) throws IOException {
    try (InputStream schema = SpecFile.class.getResourceAsStream(name)) {
      if (schema == null) {
        throw new IOException("the schema is missing from this installation");
      }
      return new String(schema.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private List<Start> components(YamlNode root) throws NefeleException {
    Map<String, YamlNode> entries = root.entries("a spec", KEYS);
    YamlNode processes = entries.get("processes");
    if (processes == null) {
      throw root.wrong("a spec has the key 'processes', a list of what to start");
    }
    List<Start> components = new ArrayList<>();
    for (YamlNode element : processes.elements()) {
      components.add(component(element, element.entries("a process", PROCESS_KEYS)));
    }
    if (components.isEmpty()) {
      throw processes.wrong("'processes' names nothing to start");
    }
    refuseCircles(processes, components.stream().map(Start::spec));
    return components;
  }

  /**
   * One component.
   *
   * @param entries of {@code node}; keys that are not among {@link #PROCESS_KEYS} are passed over
   */
  Start component(YamlNode node, Map<String, YamlNode> entries) throws NefeleException {
    YamlNode command = entries.get("command");
    if (command == null) {
      throw node.wrong("a process has the key 'command', as in command: [sleep, 60]");
    }
    ProcessSpec.Builder spec =
        ProcessSpec.of(command(command)).workingDirectory(directory.toString());
    for (var entry : entries.entrySet()) {
      apply(spec, entry.getKey(), entry.getValue());
    }
    spec.lifecycle(lifecycle(entries));
    YamlNode ship = entries.get("ship");
    return new Start(
        spec.build(),
        ship == null ? Optional.empty() : Optional.of(directory.resolve(ship.text()).normalize()),
        entries.containsKey("cwd"));
  }

  private static Lifecycle lifecycle(Map<String, YamlNode> entries) throws NefeleException {
    YamlNode restart = entries.get("restart");
    YamlNode check = entries.get("health-check");
    YamlNode reschedule = entries.get("reschedule");
    YamlNode budget = entries.get("disruption-budget");
    RestartPolicy policy =
        restart != null
            ? restart.as(RestartPolicy::parse)
            : RestartPolicy.parse(reschedule == null && budget == null ? "never" : "always");
    Lifecycle lifecycle =
        Lifecycle.ONCE
            .with(policy)
            .with(check == null ? Optional.empty() : Optional.of(LifecycleOptions.check(check)))
            .after(after(entries.get("after")));
    if (reschedule != null) {
      Lifecycle before = lifecycle;
      lifecycle = reschedule.as(text -> before.reschedulingAfter(Span.parse(text).toMillis()));
    }
    if (budget != null) {
      Lifecycle before = lifecycle;
      lifecycle = budget.as(text -> before.withDisruptions(count(text)));
    }
    return lifecycle;
  }

  private static List<Name> after(@Nullable YamlNode node) throws NefeleException {
    List<Name> names = new ArrayList<>();
    if (node != null) {
      for (YamlNode name : node.elements()) {
        names.add(name.as(Name::new));
      }
    }
    return names;
  }

  /**
   * Refuses parts that would wait for each other for ever.
   *
   * @param at where they are told of
   */
  static void refuseCircles(YamlNode at, Stream<ProcessSpec> specs) throws NefeleException {
    StartOrder order = new StartOrder();
    specs.forEach(
        spec -> spec.name().ifPresent(name -> order.add(new Name(name), spec.lifecycle().after())));
    Optional<String> circle = order.circle();
    if (circle.isPresent()) {
      throw at.wrong(circle.get());
    }
  }

  private void apply(ProcessSpec.Builder spec, String key, YamlNode value) throws NefeleException {
    switch (key) {
      case "name" -> spec.name(Optional.of(value.as(Name::new).text()));
      case "count" -> spec.count(value.as(SpecFile::count));
      case "cpu" -> spec.cpuMillis(ProcessOptions.cpuMillis(value.as(OrNothing::cpu)));
      case "mem" -> spec.memoryBytes(ProcessOptions.memoryBytes(value.as(OrNothing::memory)));
      case "resources" -> spec.resources(resources(value));
      case "constraint", "affinity", "anti-affinity", "spread" ->
          spec.constraints(constraints(key, value));
      // Together, or when all is known.
      case "restart", "health-check", "reschedule", "after", "disruption-budget" -> {}
      case "labels" -> spec.labels(pairs(value));
      case "priority" -> spec.labels(value.as(SpecFile::priority));
      case "env" -> spec.environment(pairs(value));
      case "cwd" -> spec.workingDirectory(directory.resolve(value.text()).normalize().toString());
      default -> {}
    }
  }

  /** One line is for a shell, a list is the program and its arguments. */
  static List<String> command(YamlNode node) throws NefeleException {
    if (!node.isList()) {
      return List.of("/bin/sh", "-c", node.text());
    }
    List<String> words = new ArrayList<>();
    for (YamlNode word : node.elements()) {
      words.add(word.text());
    }
    if (words.isEmpty() || words.getFirst().isEmpty()) {
      throw node.wrong("the command is empty; its first word is the program");
    }
    return words;
  }

  private static List<String> priority(String text) {
    List<String> labels = List.of(Priority.KEY + "=" + text);
    Priority.parse(labels);
    return labels;
  }

  private static List<String> resources(YamlNode node) throws NefeleException {
    List<String> plain = new ArrayList<>();
    for (String pair : pairs(node)) {
      try {
        plain.add(ProcessOptions.amount(pair));
      } catch (IllegalArgumentException e) {
        throw node.wrong(pair + ": " + e.getMessage());
      }
    }
    return plain;
  }

  private static List<String> constraints(String kind, YamlNode node) throws NefeleException {
    List<String> texts = new ArrayList<>();
    for (YamlNode element : node.elements()) {
      texts.add(kind + " " + element.text());
    }
    return texts;
  }

  /** {@code KEY: VALUE} lines, or a list of {@code KEY=VALUE}. */
  private static List<String> pairs(YamlNode node) throws NefeleException {
    List<String> pairs = new ArrayList<>();
    if (node.isMap()) {
      for (var entry : node.entries().entrySet()) {
        pairs.add(entry.getKey() + "=" + entry.getValue().text());
      }
      return pairs;
    }
    for (YamlNode element : node.elements()) {
      String pair = element.text();
      if (pair.indexOf('=') < 1) {
        throw element.wrong("'" + pair + "' is not KEY=VALUE");
      }
      pairs.add(pair);
    }
    return pairs;
  }

  static int count(String text) {
    if (!text.matches("[0-9]{1,7}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > ProcessOptions.MAX_COUNT) {
      throw new IllegalArgumentException(
          "count " + text + ": from 1 to " + ProcessOptions.MAX_COUNT + " processes");
    }
    return Integer.parseInt(text);
  }
}
