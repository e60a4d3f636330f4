package io.nefele.cli;

import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ProcessSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele spawn}. */
final class SpawnCommand extends AskingCommand {
  static final int MAX_COUNT = 1_000_000;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "SPEC.yaml",
      description =
          "Start the cluster of dissimilar processes that the file names, all or none; its"
              + " schema: --schema.")
  @Nullable Path file;

  @Option(names = "--schema", description = "Print the JSON schema of such files and end.")
  boolean schema;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      description = "How many; all of them start or none does (default: 1).")
  @Nullable Integer count;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The name under which their mailboxes are found.")
  @Nullable Name name;

  @Option(
      names = "--cpu",
      paramLabel = "CORES",
      description = "Processor time for each, as 0.5 or 500m (default: the tenant's).")
  @Nullable CpuShare cpu;

  @Option(
      names = "--mem",
      paramLabel = "SIZE",
      description = "Memory for each, as 512M or 2G (default: the tenant's).")
  @Nullable Size memory;

  @Option(
      names = "--env",
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
      paramLabel = "KEY=VALUE",
      description = "A label by which others refer to them. May be repeated.")
  List<String> labels = new ArrayList<>();

  @Option(names = "--json", description = "Print the ids as one JSON array.")
  boolean json;

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "The program and its arguments, after --.")
  List<String> command = new ArrayList<>();

  private List<ProcessSpec> specs = List.of();

  SpawnCommand(Console console) {
    super(console);
  }

  @Override
  boolean answersAlone() throws IOException {
    if (schema) {
      console.out().print(SpecFile.schema());
    }
    return schema;
  }

  @Override
  void checkUsage() throws NefeleException {
    specs = file == null ? List.of(spec()) : specsOf(file);
  }

  private List<ProcessSpec> specsOf(Path spec) throws NefeleException {
    if (!command.isEmpty()
        || count != null
        || name != null
        || cpu != null
        || memory != null
        || workingDirectory != null
        || !environment.isEmpty()
        || !labels.isEmpty()) {
      throw usage("-f " + spec + " says what to start; leave out the command and its options");
    }
    return SpecFile.read(console.directory(), spec);
  }

  private ProcessSpec spec() throws NefeleException {
    if (command.isEmpty()) {
      throw usage("give a COMMAND after --, or the file of a cluster with -f");
    }
    int processes = count == null ? 1 : count;
    if (processes < 1 || processes > MAX_COUNT) {
      throw usage(
          "-n " + processes + ": from 1 to " + MAX_COUNT + " processes can be started at once");
    }
    if (command.getFirst().isEmpty()) {
      throw usage("the command is empty; name a program after --");
    }
    for (String word : command) {
      if (word.indexOf('\0') >= 0) {
        throw usage("the command has a NUL character in it, which Linux does not allow");
      }
    }
    for (String label : labels) {
      if (label.indexOf('=') < 1) {
        throw usage("--label " + label + ": write it as KEY=VALUE");
      }
    }
    return ProcessSpec.of(command)
        .count(processes)
        .name(Optional.ofNullable(name).map(Name::text))
        .cpuMillis(cpu == null ? 0 : cpu.millis())
        .memoryBytes(memory == null ? 0 : memory.bytes())
        .labels(labels)
        .environment(resolvedEnvironment())
        .workingDirectory(directory().toString())
        .build();
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    List<ProcessId> ids = agent.spawn(specs);
    if (json) {
      console.out().println(Json.array(Json::id, ids));
    } else {
      ids.forEach(console.out()::println);
    }
    return DONE;
  }

  private Path directory() {
    Path here = console.directory();
    return (workingDirectory == null ? here : here.resolve(workingDirectory)).normalize();
  }

  private List<String> resolvedEnvironment() throws NefeleException {
    List<String> resolved = new ArrayList<>();
    for (String entry : environment) {
      String key = entry.contains("=") ? entry.substring(0, entry.indexOf('=')) : entry;
      if (!key.matches("[A-Za-z_][A-Za-z0-9_]*")) {
        throw usage("--env " + entry + ": '" + key + "' is not the name of a variable");
      }
      if (entry.contains("=")) {
        resolved.add(entry);
        continue;
      }
      String value = console.environment().get(key);
      if (value == null) {
        throw usage("--env " + key + ": it is not set here; write --env " + key + "=VALUE");
      }
      resolved.add(key + "=" + value);
    }
    return resolved;
  }
}
