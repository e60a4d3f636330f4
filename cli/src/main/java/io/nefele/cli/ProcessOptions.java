package io.nefele.cli;

import io.nefele.core.Name;
import io.nefele.core.Priority;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ProcessSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What to start, as options or as a file. */
final class ProcessOptions {
  static final int MAX_COUNT = 1_000_000;

  @Option(
      names = {"-f", "--file"},
      order = ShortHelp.USUAL,
      paramLabel = "SPEC.yaml",
      description =
          "Start the cluster of dissimilar processes that the file names, all or none; its"
              + " schema: --schema.")
  @Nullable Path file;

  @Option(names = "--schema", description = "Print the JSON schema of such files and end.")
  boolean schema;

  @Option(
      names = {"-n", "--count"},
      order = ShortHelp.USUAL,
      paramLabel = "N",
      description = "How many; all of them start or none does (default: 1).")
  @Nullable Integer count;

  @Option(
      names = "--name",
      order = ShortHelp.USUAL,
      paramLabel = "NAME",
      description = "The name under which their mailboxes are found.")
  @Nullable Name name;

  @Option(
      names = "--cpu",
      order = ShortHelp.USUAL,
      paramLabel = "CORES",
      converter = OrNothing.OfCpu.class,
      description =
          "Processor time for each, as 0.5 or 500m; 0: none (default: the tenant's, or what the"
              + " program used before).")
  @Nullable CpuShare cpu;

  @Option(
      names = "--mem",
      order = ShortHelp.USUAL,
      paramLabel = "SIZE",
      converter = OrNothing.OfMemory.class,
      description =
          "Memory for each, as 512M or 2G; 0: none (default: the tenant's, or what the program"
              + " used before, or what its binary takes).")
  @Nullable Size memory;

  @Option(
      names = "--pids",
      paramLabel = "N",
      description = "How many processes and threads each may become.")
  @Nullable Integer pids;

  @Option(
      names = "--isolation",
      paramLabel = "LEVEL",
      description = "The least that is good enough: none, userns or full (default: none).")
  @Nullable String isolation;

  @Mixin LifecycleOptions lifecycle = new LifecycleOptions();

  @Option(
      names = "--env",
      order = ShortHelp.USUAL,
      paramLabel = "KEY[=VALUE]",
      description = "Set a variable for them; without a value: as it is here. May be repeated.")
  List<String> environment = new ArrayList<>();

  @Option(
      names = "--cwd",
      paramLabel = "DIR",
      description = "Their working directory (default: the current one).")
  @Nullable Path workingDirectory;

  @Option(
      names = "--label",
      order = ShortHelp.USUAL,
      paramLabel = "KEY=VALUE",
      description = "A label by which others refer to them. May be repeated.")
  List<String> labels = new ArrayList<>();

  @Option(
      names = "--priority",
      paramLabel = "N",
      description =
          "How much they matter among those of the tenant, from -100 to 100 (default: 0): where"
              + " there is no room, processes with a lower one end, and are started again elsewhere"
              + " by their --restart.")
  @Nullable Integer priority;

  @Option(
      names = "--resource",
      paramLabel = "NAME=AMOUNT",
      description =
          "What else each needs: disk=10G, net=100M (bits a second), gpu=1. May be repeated.")
  List<String> resources = new ArrayList<>();

  @Option(
      names = "--constraint",
      paramLabel = "KEY=VALUE",
      description =
          "Only on servers with that label, or without it: KEY!=VALUE. Here and below, ',prefer'"
              + " or ',prefer=WEIGHT' behind it asks for it without insisting. May be repeated.")
  List<String> constraints = new ArrayList<>();

  @Option(
      names = "--affinity",
      paramLabel = "TARGET[@DOMAIN]",
      description =
          "Near processes of that name or label KEY=VALUE: in the same server (default), group, or"
              + " value of a label of servers. May be repeated.")
  List<String> affinities = new ArrayList<>();

  @Option(
      names = "--anti-affinity",
      paramLabel = "TARGET[@DOMAIN]",
      description = "Apart from processes of that name or label. May be repeated.")
  List<String> antiAffinities = new ArrayList<>();

  @Option(
      names = "--spread",
      order = ShortHelp.USUAL,
      paramLabel = "DOMAIN[=MOST]",
      description =
          "Evenly over server, group or a label of servers; or at most so many in each. May be"
              + " repeated.")
  List<String> spreads = new ArrayList<>();

  @Mixin ShipOptions shipping = new ShipOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "The program and its arguments, after --.")
  List<String> command = new ArrayList<>();

  /**
   * What they say.
   *
   * @param shipsByItself whether a program named by a relative path is shipped unasked
   */
  List<Start> starts(Console console, boolean shipsByItself) throws NefeleException {
    if (file != null) {
      return startsOf(console.directory(), file);
    }
    ProcessSpec spec = spec(console);
    return List.of(
        new Start(
            spec,
            shipping.path(console.directory(), command.getFirst(), shipsByItself),
            workingDirectory != null));
  }

  /** Whether nothing is said of what to start. */
  boolean isEmpty() {
    return file == null && command.isEmpty();
  }

  private List<Start> startsOf(Path here, Path spec) throws NefeleException {
    if (!command.isEmpty()
        || count != null
        || name != null
        || cpu != null
        || memory != null
        || pids != null
        || isolation != null
        || !lifecycle.isEmpty()
        || workingDirectory != null
        || !shipping.isEmpty()
        || !environment.isEmpty()
        || !labels.isEmpty()
        || priority != null
        || !resources.isEmpty()
        || !constraintTexts().isEmpty()) {
      throw AskingCommand.usage(
          "-f " + spec + " says what to start; leave out the command and its options");
    }
    return SpecFile.read(here, spec);
  }

  private ProcessSpec spec(Console console) throws NefeleException {
    if (command.isEmpty()) {
      throw AskingCommand.usage("give a COMMAND after --, or the file of a cluster with -f");
    }
    int processes = count == null ? 1 : count;
    if (processes < 1 || processes > MAX_COUNT) {
      throw AskingCommand.usage(
          "-n " + processes + ": from 1 to " + MAX_COUNT + " processes can be started at once");
    }
    if (command.getFirst().isEmpty()) {
      throw AskingCommand.usage("the command is empty; name a program after --");
    }
    for (String word : command) {
      if (word.indexOf('\0') >= 0) {
        throw AskingCommand.usage(
            "the command has a NUL character in it, which Linux does not allow");
      }
    }
    for (String label : labels) {
      if (label.indexOf('=') < 1) {
        throw AskingCommand.usage("--label " + label + ": write it as KEY=VALUE");
      }
    }
    try {
      Priority.parse(priorityLabel(priority));
    } catch (IllegalArgumentException e) {
      throw AskingCommand.usage("--priority: " + e.getMessage());
    }
    return ProcessSpec.of(command)
        .count(processes)
        .name(Optional.ofNullable(name).map(Name::text))
        .cpuMillis(cpu == null ? 0 : cpuMillis(cpu))
        .memoryBytes(memory == null ? 0 : memoryBytes(memory))
        .resources(amounts(resources))
        .constraints(constraintTexts())
        .pids(pids == null ? 0 : pids)
        .isolation(isolation == null ? "none" : isolation)
        .lifecycle(lifecycle.lifecycle())
        .labels(labels)
        .labels(priorityLabel(priority))
        .environment(Variables.resolved(environment, console))
        .workingDirectory(directory(console).toString())
        .build();
  }

  /** None that was asked for is more than that nothing was said. */
  static int cpuMillis(CpuShare cpu) {
    return cpu.millis() == 0 ? ProcessSpec.NOTHING : cpu.millis();
  }

  /** As {@link #cpuMillis}. */
  static long memoryBytes(Size memory) {
    return memory.bytes() == 0 ? ProcessSpec.NOTHING : memory.bytes();
  }

  private List<String> constraintTexts() {
    List<String> texts = new ArrayList<>();
    constraints.forEach(text -> texts.add("constraint " + text));
    affinities.forEach(text -> texts.add("affinity " + text));
    antiAffinities.forEach(text -> texts.add("anti-affinity " + text));
    spreads.forEach(text -> texts.add("spread " + text));
    return texts;
  }

  /** With amounts such as 10G in plain numbers. */
  static List<String> amounts(List<String> resources) throws NefeleException {
    List<String> plain = new ArrayList<>();
    for (String resource : resources) {
      try {
        plain.add(amount(resource));
      } catch (IllegalArgumentException e) {
        throw AskingCommand.usage("--resource " + resource + ": " + e.getMessage());
      }
    }
    return plain;
  }

  /** One resource, as {@code NAME=AMOUNT}, with its amount in plain numbers. */
  static String amount(String resource) {
    int equals = resource.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("write it as NAME=AMOUNT, as in gpu=1");
    }
    return resource.substring(0, equals + 1) + Size.parse(resource.substring(equals + 1)).bytes();
  }

  /** As a label, or none. */
  static List<String> priorityLabel(@Nullable Integer priority) {
    return priority == null ? List.of() : List.of(Priority.label(priority));
  }

  private Path directory(Console console) {
    Path here = console.directory();
    return (workingDirectory == null ? here : here.resolve(workingDirectory)).normalize();
  }
}
