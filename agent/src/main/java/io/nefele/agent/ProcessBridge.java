package io.nefele.agent;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentInput.Survivor;
import io.nefele.agent.linux.HostEvent;
import io.nefele.agent.linux.Launch;
import io.nefele.agent.linux.LogFiles;
import io.nefele.agent.linux.ProcessEnding;
import io.nefele.agent.linux.ProcessHost;
import io.nefele.agent.linux.TenantHosts;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.core.ProcessInput;
import io.nefele.core.Sizing;
import io.nefele.placement.ProcessTemplate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Between the core's processes and the process host's: ids and tokens, templates and launches. The
 * Linux pid ends here.
 */
final class ProcessBridge implements AutoCloseable {
  private static final int SIGNAL_EXIT_BASE = 128;
  private static final int SIGKILL = 9;

  private final AgentId agent;
  private final Path bundles;
  private final Map<String, String> baseEnvironment;
  private final LogFiles logs;
  private final LogReader logReader;
  private final Consumer<AgentInput> inputs;

  /** What happened before the core had heard what stood; guarded by itself. */
  private final List<AgentInput> early = new ArrayList<>();

  private boolean begun; // guarded by early

  private final CompletableFuture<HostEvent.Resynchronized> resynchronized =
      new CompletableFuture<>();
  private final CompletableFuture<Void> disconnected = new CompletableFuture<>();
  private final TenantPlaces places;
  private final TenantHosts hosts;

  /**
   * Connects to the inits that earlier boots have left, and starts the one of tenant {@code home}
   * if it is not there.
   *
   * @param baseEnvironment what every process gets, unless its template says otherwise
   * @param inputs is told what becomes of processes
   */
  ProcessBridge(
      AgentId agent,
      AgentOptions options,
      TenantSandboxes sandboxes,
      Name home,
      Map<String, String> baseEnvironment,
      Consumer<AgentInput> inputs)
      throws IOException {
    this.agent = agent;
    this.bundles = options.bundles();
    this.baseEnvironment = Map.copyOf(baseEnvironment);
    this.logs = new LogFiles(options.logs());
    this.inputs = inputs;
    this.logReader = new LogReader(TenantSandboxes.OUTPUT_KIB_MAX * 1024L, inputs);
    this.places = new TenantPlaces(options.state());
    this.hosts = TenantHosts.open(home, places.begun(), sandboxes, this::happened);
  }

  /** What the hosts still have of earlier boots, and what the home tenant's can do. */
  HostEvent.Resynchronized awaitResynchronized() throws IOException, InterruptedException {
    try {
      return resynchronized.get(10, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the process host does not answer", e);
    }
  }

  SortedMap<ProcessId, Survivor> survivors(HostEvent.Resynchronized found) {
    SortedMap<ProcessId, Survivor> survivors = new TreeMap<>();
    for (HostEvent.Standing standing : found.standings()) {
      survivors.put(
          process(standing.token()),
          switch (standing) {
            case HostEvent.Gated gated -> new Survivor.Gated();
            case HostEvent.Started started -> new Survivor.Running();
            case HostEvent.Exited exited -> new Survivor.Exited(ending(exited));
          });
    }
    return survivors;
  }

  /**
   * The core has been given the survivors: what has happened since they were counted is told now,
   * and from here on as it happens. Told sooner, an exit would be of a process unknown.
   */
  void begin() {
    synchronized (early) {
      early.forEach(inputs);
      early.clear();
      begun = true;
    }
  }

  private void told(AgentInput input) {
    synchronized (early) {
      if (!begun) {
        early.add(input);
        return;
      }
    }
    inputs.accept(input);
  }

  void spawn(AgentEffect.Spawn spawn) {
    ProcessId process = spawn.process();
    try {
      hosts.spawn(
          spawn.template().tenant(),
          launch(process, spawn.template(), spawn.gated(), spawn.beside()));
    } catch (IllegalArgumentException e) {
      inputs.accept(new AgentInput.ProcessFailed(process, String.valueOf(e.getMessage())));
    }
  }

  void tryPort(AgentEffect.TryPort attempt) {
    ProcessId check = attempt.check();
    hosts.spawn(
        attempt.tenant(),
        new Launch(
            token(check),
            false,
            true,
            List.of("nefele-init", "--try-port", Integer.toString(attempt.port())),
            Map.of(),
            Path.of(""),
            stdout(check),
            stderr(check),
            Optional.empty(),
            Launch.Limits.NONE,
            new ProcessInput.Empty(),
            OptionalLong.of(token(attempt.beside()))));
  }

  void release(List<ProcessId> processes) {
    hosts.release(tokens(processes));
  }

  void abort(List<ProcessId> processes) {
    hosts.abort(tokens(processes));
  }

  void signal(ProcessId process, int signal) {
    hosts.signal(token(process), signal, ProcessHost.Scope.TREE);
  }

  void feed(ProcessId process, long offset, Bytes content, boolean last) {
    hosts.feed(token(process), offset, content, last);
  }

  void resize(ProcessId process, int rows, int columns) {
    hosts.resize(token(process), rows, columns);
  }

  void readLog(AgentEffect.ReadLog read) {
    ProcessId process = read.process();
    logReader.read(read.standardError() ? logs.stderr(process) : logs.stdout(process), read);
  }

  void measure() {
    hosts.measure();
  }

  void acknowledge(ProcessId process) {
    hosts.acknowledge(List.of(token(process)));
  }

  /** Nobody asks any more for the output of processes that have ended. */
  void discardOutput(List<ProcessId> forgotten) {
    hosts.discard(
        forgotten.stream()
            .flatMap(process -> Stream.of(stdout(process), stderr(process)))
            .toList());
  }

  // By their names, for the init's eyes: with /tmp of its own it may not see where they are.
  private Path stdout(ProcessId process) {
    return logs.stdout(process).getFileName();
  }

  private Path stderr(ProcessId process) {
    return logs.stderr(process).getFileName();
  }

  /** Ends all processes and their inits; returns when that is done, or after twice the grace. */
  void shutdown() throws InterruptedException {
    hosts.shutdown(TenantSandboxes.GRACE);
    try {
      disconnected.get(2 * TenantSandboxes.GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // They go on by themselves; nothing more can be done from here.
    }
  }

  /** The agent does not come to be: what it started ends with it. */
  void giveUp() {
    hosts.giveUp();
  }

  @Override
  public void close() {
    hosts.close();
  }

  private void happened(HostEvent event) {
    switch (event) {
      case HostEvent.Resynchronized all -> resynchronized.complete(all);
      case HostEvent.Gated gated -> told(new AgentInput.ProcessGated(process(gated.token())));
      case HostEvent.Started started ->
          told(new AgentInput.ProcessStarted(process(started.token())));
      case HostEvent.Failed failed ->
          told(new AgentInput.ProcessFailed(process(failed.token()), failed.failure().toString()));
      case HostEvent.Exited exited -> {
        told(new AgentInput.ProcessExited(process(exited.token()), ending(exited)));
        logReader.ended(process(exited.token()));
      }
      case HostEvent.Taken taken ->
          told(new AgentInput.InputTaken(process(taken.token()), taken.offset(), taken.closed()));
      case HostEvent.Measured measured ->
          told(new AgentInput.Measured(measured.usages().stream().map(this::measurement).toList()));
      case HostEvent.Disconnected lost -> {
        resynchronized.completeExceptionally(new IOException(lost.reason()));
        disconnected.complete(null);
      }
    }
  }

  private Launch launch(
      ProcessId process, ProcessTemplate template, boolean gated, Optional<ProcessId> beside) {
    Map<String, String> environment = new TreeMap<>();
    // Whoever joins a process has that one's.
    if (beside.isEmpty()) {
      environment.putAll(baseEnvironment);
    }
    for (String variable : template.environment()) {
      int equals = variable.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "an environment variable is given as KEY=VALUE, not '" + variable + "'");
      }
      environment.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    environment.put("NEFELE_SOCKET", places.socket(template.tenant()).toString());
    environment.put("NEFELE_ID", process.toString());
    template.name().ifPresent(name -> environment.put("NEFELE_NAME", name.toString()));
    Optional<ShippedProgram> shipped = ShippedProgram.of(bundles, template);
    shipped.ifPresent(program -> program.addTo(environment));
    return new Launch(
        token(process),
        gated,
        false,
        shipped.map(ShippedProgram::command).orElse(template.command()),
        environment,
        shipped.map(ShippedProgram::directory).orElse(Path.of(template.workingDirectory())),
        stdout(process),
        stderr(process),
        Optional.empty(),
        limits(template),
        template.terms().input(),
        beside.map(other -> OptionalLong.of(token(other))).orElse(OptionalLong.empty()));
  }

  /** What was not asked for is set aside, but no limit: this time the process may need more. */
  private static Launch.Limits limits(ProcessTemplate template) {
    Sizing sizing = template.terms().sizing();
    return new Launch.Limits(
        sizing.cpu() == Sizing.Source.ASKED ? template.demand().cpuMillis() : 0,
        sizing.memory() == Sizing.Source.ASKED ? template.demand().memoryBytes() : 0,
        template.terms().pids());
  }

  private AgentInput.Measurement measurement(HostEvent.Usage usage) {
    return new AgentInput.Measurement(
        process(usage.token()), usage.cpuMicros(), usage.memoryBytes(), usage.diskBytes());
  }

  private ProcessId process(long token) {
    return new ProcessId(new AgentBoot(agent, (int) (token >>> 32)), (int) token);
  }

  private static long token(ProcessId process) {
    return ((long) process.boot().epoch() << 32) | process.counter();
  }

  private static List<Long> tokens(Collection<ProcessId> processes) {
    return processes.stream().map(ProcessBridge::token).toList();
  }

  private static AgentInput.Ending ending(HostEvent.Exited exited) {
    int exitCode = exitCode(exited.ending());
    return new AgentInput.Ending(
        exitCode,
        exited.finishedAt().toEpochMilli(),
        exited.outOfMemory() && exitCode != 0,
        exited.cpuMicros(),
        exited.maxRssBytes());
  }

  private static int exitCode(ProcessEnding ending) {
    return switch (ending) {
      case ProcessEnding.ExitCode(int code) -> code;
      case ProcessEnding.Signal(int signal) -> SIGNAL_EXIT_BASE + signal;
      case ProcessEnding.Aborted() -> SIGNAL_EXIT_BASE + SIGKILL;
    };
  }
}
