package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code nefele apply}. */
final class ApplyCommand extends AskingCommand {
  @Option(
      names = {"-f", "--file"},
      paramLabel = "JOB.yaml",
      description = "What there is to be; its schema: --schema.")
  @Nullable Path file;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Show what would be done, and do nothing.")
  boolean dryRun;

  @Option(names = "--schema", description = "Print the JSON schema of job files and end.")
  boolean schema;

  private @Nullable Job job;
  private final List<Packed> cargo = new ArrayList<>();

  ApplyCommand(Console console) {
    super(console);
  }

  @Override
  boolean answersAlone() throws IOException {
    if (schema) {
      console.out().print(JobFile.schema());
    }
    return schema;
  }

  @Override
  void checkUsage() throws NefeleException {
    if (file == null) {
      throw usage("say what there is to be: -f JOB.yaml; --schema prints what may stand there");
    }
    job = packed(JobFile.read(console.directory(), file));
  }

  /** The job with bundles in place of files: its keeper is elsewhere, and later. */
  private Job packed(Job read) throws NefeleException {
    List<Job.Part> parts = new ArrayList<>();
    for (Job.Part part : read.parts()) {
      Packed packed = part.start().packed();
      cargo.add(packed);
      parts.add(part.packed(packed.spec()));
    }
    return new Job(read.name(), List.copyOf(parts), read.text());
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    Job wanted = job;
    if (wanted == null) {
      throw new IllegalStateException("the job file is read before anybody is asked");
    }
    JobDifference difference = difference(agent, wanted, JobState.read(agent, wanted.name()));
    if (difference.isEmpty()) {
      if (!dryRun) {
        // The servers may have dropped what nobody ran for long.
        send(agent);
      }
      console.out().println("job " + wanted.name() + " is as it is to be; nothing to do");
      return DONE;
    }
    difference.lines().forEach(console.out()::println);
    console.out().flush();
    if (dryRun) {
      return DONE;
    }
    try (PoolLock lock = PoolLock.take(agent, lockOf(wanted.name()))) {
      // What another command did before this one had the lock counts, too.
      JobState state = JobState.read(agent, wanted.name());
      send(agent);
      new JobChanges(agent, console, lock, state).apply(wanted, difference(agent, wanted, state));
    }
    console.out().println("job " + wanted.name() + " is as it is to be");
    return DONE;
  }

  private void send(Nefele agent) throws NefeleException {
    for (Packed packed : cargo) {
      packed.send(console, agent);
    }
  }

  static String lockOf(String job) {
    return "jobs/" + job + "/lock";
  }

  private static JobDifference difference(Nefele agent, Job wanted, JobState state)
      throws NefeleException {
    return JobDifference.of(wanted, state, JobKeeper.lastApplied(agent, state));
  }
}
