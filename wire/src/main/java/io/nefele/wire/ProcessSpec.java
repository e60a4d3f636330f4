package io.nefele.wire;

import io.nefele.core.Codec;
import io.nefele.core.Lifecycle;
import io.nefele.core.Priority;
import io.nefele.core.ProcessInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One component of a spawn: processes that are the same as each other.
 *
 * @param count how many, from 1
 * @param name under which their mailboxes are found, if any
 * @param cpuMillis thousandths of a core set aside for each; 0: not said, so that it is filled in
 *     from what is known of the program; {@link #NOTHING}: none
 * @param memoryBytes set aside for each; 0 and {@link #NOTHING} as for cpu
 * @param resources what else is set aside for each, as {@code NAME=AMOUNT}: {@code disk} in bytes,
 *     {@code net} in bits a second, others in pieces
 * @param constraints where they may be, as {@code constraint KEY=VALUE}, {@code affinity
 *     TARGET@DOMAIN}, {@code anti-affinity TARGET@DOMAIN} or {@code spread DOMAIN=MOST}, with
 *     {@code ,prefer=WEIGHT} behind it if it need not be
 * @param labels {@code KEY=VALUE}, by which others refer to them
 * @param environment {@code KEY=VALUE}, added to the fabric's own
 * @param workingDirectory absolute, on the server where a process runs; with a bundle: that has it
 *     if the server has not, and may be named relative to the bundle
 * @param command program and arguments
 * @param input what it reads
 * @param pids how many processes and threads each may become; 0: no limit of its own
 * @param isolation the least that is good enough: none, userns or full
 * @param lifecycle what is done for each beyond starting it once
 * @param bundle the name of the bundle that holds the program, in which a {@code command} with a
 *     slash is looked up: given to the agent before, with {@link Request.OfferBundle}
 */
public record ProcessSpec(
    int count,
    Optional<String> name,
    int cpuMillis,
    long memoryBytes,
    List<String> resources,
    List<String> constraints,
    List<String> labels,
    List<String> environment,
    String workingDirectory,
    List<String> command,
    ProcessInput input,
    int pids,
    String isolation,
    Lifecycle lifecycle,
    Optional<String> bundle) {

  /** In place of an amount: nothing is set aside, and nothing filled in. */
  public static final int NOTHING = -1;

  public static final Codec<ProcessSpec> CODEC =
      Codec.of(
          (spec, out) ->
              out.int32(spec.count)
                  .optional(Frame.STRING, spec.name)
                  .int32(spec.cpuMillis)
                  .int64(spec.memoryBytes)
                  .list(Frame.STRING, spec.resources)
                  .list(Frame.STRING, spec.constraints)
                  .list(Frame.STRING, spec.labels)
                  .list(Frame.STRING, spec.environment)
                  .string(spec.workingDirectory)
                  .list(Frame.STRING, spec.command)
                  .put(ProcessInput.CODEC, spec.input)
                  .int32(spec.pids)
                  .string(spec.isolation)
                  .put(Lifecycle.CODEC, spec.lifecycle)
                  .optional(Frame.STRING, spec.bundle),
          in ->
              new ProcessSpec(
                  in.int32(),
                  in.optional(Frame.STRING),
                  in.int32(),
                  in.int64(),
                  in.list(Frame.STRING),
                  in.list(Frame.STRING),
                  in.list(Frame.STRING),
                  in.list(Frame.STRING),
                  in.string(),
                  in.list(Frame.STRING),
                  in.get(ProcessInput.CODEC),
                  in.int32(),
                  in.string(),
                  in.get(Lifecycle.CODEC),
                  in.optional(Frame.STRING)));

  /** The same with another input and more variables. */
  public ProcessSpec with(ProcessInput newInput, List<String> moreEnvironment) {
    return toBuilder().input(newInput).environment(moreEnvironment).build();
  }

  /** The same with its program in a bundle, and with more constraints. */
  public ProcessSpec shippedAs(
      String newBundle,
      List<String> newCommand,
      String newWorkingDirectory,
      List<String> moreConstraints) {
    return toBuilder()
        .command(newCommand)
        .workingDirectory(newWorkingDirectory)
        .constraints(moreConstraints)
        .bundle(Optional.of(newBundle))
        .build();
  }

  /** What this says, to be changed. */
  public Builder toBuilder() {
    return of(command)
        .count(count)
        .name(name)
        .cpuMillis(cpuMillis)
        .memoryBytes(memoryBytes)
        .resources(resources)
        .constraints(constraints)
        .labels(labels)
        .environment(environment)
        .workingDirectory(workingDirectory)
        .input(input)
        .pids(pids)
        .isolation(isolation)
        .lifecycle(lifecycle)
        .bundle(bundle);
  }

  /** One process of {@code command}, in the root directory, of which no size is said. */
  public static Builder of(List<String> command) {
    return new Builder(command);
  }

  /** Puts a spec together; what is not said is none. Not thread-safe. */
  public static final class Builder {
    private List<String> command;
    private int count = 1;
    private Optional<String> name = Optional.empty();
    private int cpuMillis;
    private long memoryBytes;
    private final List<String> resources = new ArrayList<>();
    private final List<String> constraints = new ArrayList<>();
    private final List<String> labels = new ArrayList<>();
    private final List<String> environment = new ArrayList<>();
    private String workingDirectory = "/";
    private ProcessInput input = new ProcessInput.Empty();
    private int pids;
    private String isolation = "none";
    private Lifecycle lifecycle = Lifecycle.ONCE;
    private Optional<String> bundle = Optional.empty();

    private Builder(List<String> command) {
      this.command = List.copyOf(command);
    }

    /** Program and arguments. */
    public Builder command(List<String> words) {
      this.command = List.copyOf(words);
      return this;
    }

    public Builder count(int processes) {
      this.count = processes;
      return this;
    }

    public Builder name(String mailboxes) {
      return name(Optional.of(mailboxes));
    }

    public Builder name(Optional<String> mailboxes) {
      this.name = mailboxes;
      return this;
    }

    /** Thousandths of a core for each, or {@link #NOTHING}. */
    public Builder cpuMillis(int each) {
      this.cpuMillis = each;
      return this;
    }

    /** Bytes for each, or {@link #NOTHING}. */
    public Builder memoryBytes(long each) {
      this.memoryBytes = each;
      return this;
    }

    /** {@code NAME=AMOUNT} for each. */
    public Builder resources(List<String> more) {
      resources.addAll(more);
      return this;
    }

    /** Where they may be. */
    public Builder constraints(List<String> more) {
      constraints.addAll(more);
      return this;
    }

    /** {@code KEY=VALUE}. */
    public Builder labels(List<String> more) {
      labels.addAll(more);
      return this;
    }

    /**
     * How much it matters among those of its tenant.
     *
     * @param priority from {@link Priority#MIN} to {@link Priority#MAX}
     */
    public Builder priority(int priority) {
      withoutLabel(Priority.KEY);
      labels.add(Priority.label(priority));
      return this;
    }

    /** No label of that key. */
    public Builder withoutLabel(String key) {
      labels.removeIf(label -> label.startsWith(key + "="));
      return this;
    }

    /** {@code KEY=VALUE}. */
    public Builder environment(List<String> more) {
      environment.addAll(more);
      return this;
    }

    public Builder workingDirectory(String absolute) {
      this.workingDirectory = absolute;
      return this;
    }

    public Builder input(ProcessInput read) {
      this.input = read;
      return this;
    }

    /** How many processes and threads each may become. */
    public Builder pids(int each) {
      this.pids = each;
      return this;
    }

    /** The least that is good enough: none, userns or full. */
    public Builder isolation(String least) {
      this.isolation = least;
      return this;
    }

    /** What is done for each beyond starting it once. */
    public Builder lifecycle(Lifecycle each) {
      this.lifecycle = each;
      return this;
    }

    /** The bundle that holds the program. */
    public Builder bundle(Optional<String> its) {
      this.bundle = its;
      return this;
    }

    public ProcessSpec build() {
      return new ProcessSpec(
          count,
          name,
          cpuMillis,
          memoryBytes,
          List.copyOf(resources),
          List.copyOf(constraints),
          List.copyOf(labels),
          List.copyOf(environment),
          workingDirectory,
          command,
          input,
          pids,
          isolation,
          lifecycle,
          bundle);
    }
  }
}
