package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.StoredState;
import io.nefele.placement.Component;
import io.nefele.placement.ProcessTemplate;
import io.nefele.placement.RequestKey;
import io.nefele.placement.Resources;
import io.nefele.table.Health;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import io.nefele.table.Usage;
import io.nefele.table.tenant.Use;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The life of the processes of this server: made in {@link Batches}, let go, ended, remembered for
 * a while, forgotten. Writes their rows and opens and closes their mailboxes. Whether an end is the
 * last is for {@link Restarts} to say.
 */
final class LocalProcesses {
  private static final int SIGKILL = 9;

  /** SIGINT, SIGQUIT, SIGKILL and SIGTERM: who sends one wants the process to be no more. */
  private static final SortedSet<Integer> ENDING_SIGNALS =
      new TreeSet<>(List.of(2, 3, SIGKILL, 15));

  /** Of what could not be started, as shells tell it. */
  static final int NOT_STARTED = 127;

  private final AgentBoot self;
  private final Outbox outbox;
  private final Directory directory;
  private final Courier courier;
  private final Restarts restarts;
  private final Launches launches;
  private final StartGates gates;
  private final Gone gone;
  private final Batches batches;
  private final Joins joins;
  private final Ends ends;
  private int lastCounter;

  /** How the preparation of a batch turned out. */
  sealed interface Prepared {
    record Done(RequestKey key, List<ProcessId> processes) implements Prepared {}

    record Failed(RequestKey key, String reason) implements Prepared {}
  }

  /** Is told of each process of this server that has ended for good. */
  interface Gone {
    void gone(Instant now, ProcessId process);
  }

  LocalProcesses(
      AgentBoot self,
      Directory directory,
      Courier courier,
      Restarts restarts,
      Launches launches,
      StartGates gates,
      Gone gone,
      Outbox outbox) {
    this.self = self;
    this.restarts = restarts;
    this.launches = launches;
    this.gates = gates;
    this.gone = gone;
    this.directory = directory;
    this.courier = courier;
    this.outbox = outbox;
    this.batches = new Batches(launches);
    this.joins = new Joins(outbox);
    this.ends = new Ends(directory);
  }

  /** An id that no process or mailbox of this boot has. */
  ProcessId nextId() {
    return new ProcessId(self, ++lastCounter);
  }

  /** The last that {@link #nextId} gave, 0 if it gave none. */
  int lastCounter() {
    return lastCounter;
  }

  /** What each tenant's processes of this server use, those among them that are being made. */
  SortedMap<Name, Use> use() {
    SortedMap<Name, Use> use = new TreeMap<>();
    for (ProcessRow row : directory.ownRows()) {
      // What gave way holds nothing until it has a place again.
      if (row.kind() == ProcessRow.Kind.PROCESS && row.state().isLive() && !row.isDisplaced()) {
        use.merge(row.tenant(), Use.of(1, row.cpuMillis(), row.memoryBytes()), Use::plus);
      }
    }
    batches.templates().forEach(made -> use.merge(made.tenant(), useOf(made), Use::plus));
    return use;
  }

  static Use useOf(ProcessTemplate template) {
    Resources each = template.demand();
    return Use.of(1, each.cpuMillis(), each.memoryBytes());
  }

  void prepare(
      RequestKey key, List<Component> components, boolean gated, List<AgentId> participants) {
    batches.begin(key, components, gated, participants, this::nextId);
  }

  /** A batch is not wanted any more; it is given up if its program has not come yet. */
  Optional<Prepared> unprepare(RequestKey key) {
    return batches.waiting().stream()
        .filter(key::equals)
        .findFirst()
        .map(waiting -> callOff(waiting, "it was called off"));
  }

  /** Gives up all batches whose programs have not come yet. */
  List<Prepared> callOffWaiting() {
    return batches.waiting().stream()
        .map(key -> callOff(key, "its server was drained before the program had come"))
        .toList();
  }

  private Prepared callOff(RequestKey key, String why) {
    Batches.CalledOff batch = batches.callOff(key);
    end(batch.processes(), batch.gated());
    return new Prepared.Failed(key, why);
  }

  /** Starts a process beside {@code row}'s: nothing is placed, for it shares what that one has. */
  void join(ProcessRow row, Errand.Join join, Consumer<Errand.Outcome> then) {
    joins.begin(nextId(), row, join, then);
  }

  /** A gated process is there. */
  Optional<Prepared> gated(Instant now, ProcessId process) {
    directory
        .ownRow(process)
        .filter(ProcessRow::awaitsRestart)
        .ifPresent(row -> gatedAgain(now, row));
    return made(now, process);
  }

  private void gatedAgain(Instant now, ProcessRow row) {
    if (StartGates.areFor(row)) {
      gates.hold(now, row);
    } else {
      // It was told to end while it was made.
      outbox.add(new AgentEffect.Abort(List.of(row.id())));
    }
  }

  /** A process runs: one that was not gated is there; one that was has been let go. */
  Optional<Prepared> started(Instant now, ProcessId process) {
    joins.started(
        process,
        template -> {
          directory.put(now, newRow(process, template, "", now.toEpochMilli()), true);
          courier.open(now, process, StoredState.EMPTY);
        });
    Optional<Prepared> prepared = made(now, process);
    directory
        .ownRow(process)
        .filter(row -> row.state().compareTo(ProcessState.RUNNING) < 0)
        .ifPresent(row -> directory.put(now, row.with(ProcessState.RUNNING, now.toEpochMilli())));
    return prepared;
  }

  /**
   * A process could not be made; what is there of its batch is undone. One that was to be started
   * again has failed once more.
   */
  Optional<Prepared> failed(Instant now, ProcessId process, String reason) {
    if (directory.ownRow(process).filter(ProcessRow::awaitsRestart).isPresent()) {
      exited(now, process, new AgentInput.Ending(NOT_STARTED, now.toEpochMilli()));
      return Optional.empty();
    }
    joins.failed(process, reason);
    return batches
        .failed(process)
        .map(
            batch -> {
              end(batch.others(), batch.gated());
              String command = batch.failed().command().getFirst();
              return new Prepared.Failed(batch.key(), "'" + command + "': " + reason);
            });
  }

  void release(Instant now, List<ProcessId> processes) {
    List<ProcessId> ready = new ArrayList<>();
    for (ProcessId process : processes) {
      Optional<ProcessRow> row = directory.ownRow(process);
      if (row.filter(StartGates::areFor).isPresent()) {
        gates.hold(now, row.get());
        continue;
      }
      row.ifPresent(its -> directory.put(now, its.with(ProcessState.STARTING, now.toEpochMilli())));
      ready.add(process);
    }
    if (!ready.isEmpty()) {
      outbox.add(new AgentEffect.Release(ready));
    }
  }

  /** Ends processes whose spawn was called off. */
  void discard(Instant now, List<ProcessId> processes) {
    List<ProcessId> gated = new ArrayList<>();
    List<ProcessId> running = new ArrayList<>();
    for (ProcessId process : processes) {
      Optional<ProcessRow> last = restarts.stop(now, process);
      if (last.isPresent()) {
        finish(now, last.get());
        continue;
      }
      boolean atGate =
          gates.giveUp(process)
              || directory
                  .ownRow(process)
                  .filter(row -> row.state() == ProcessState.REQUESTED)
                  .isPresent();
      (atGate ? gated : running).add(process);
    }
    end(gated, true);
    end(running, false);
  }

  /** Writes down how a process ended, and tells whoever waits for it. */
  void exited(Instant now, ProcessId process, AgentInput.Ending ending) {
    gates.giveUp(process);
    Optional<ProcessRow> row = directory.ownRow(process).filter(r -> r.state().isLive());
    boolean again =
        row.isPresent() && restarts.again(now, row.get(), Restarts.End.of(row.get(), ending));
    if (row.isPresent() && !again) {
      Usage usage =
          new Usage(ending.cpuMicros(), 0, ending.memoryBytes(), row.get().usage().diskBytes());
      ProcessRow last =
          row.get().exited(ending.exitCode(), ending.atMillis(), usage, ending.outOfMemory());
      directory.put(now, last);
      retire(now, last);
    }
    outbox.add(new AgentEffect.AcknowledgeExit(process));
    if (!again) {
      gone.gone(now, process);
    }
  }

  /**
   * A process has ended that is to be started elsewhere: it is neither gone nor started again here.
   *
   * @return whether it is; not if it is not to be started again any more
   */
  boolean setAside(Instant now, ProcessId process, AgentInput.Ending ending) {
    Optional<ProcessRow> row =
        directory.ownRow(process).filter(its -> its.state().isLive() && its.revival().isPresent());
    if (row.isEmpty()) {
      return false;
    }
    gates.giveUp(process);
    directory.put(
        now,
        row.get()
            .restarting(
                Optional.of(ending.exitCode()), ending.atMillis(), ending.outOfMemory(), 1));
    restarts.hold(process);
    outbox.add(new AgentEffect.AcknowledgeExit(process));
    return true;
  }

  /** Returns whether the process waited until it is started elsewhere; now it is. */
  boolean retireMoved(Instant now, ProcessId process) {
    Optional<ProcessRow> last = restarts.giveUp(now, process);
    last.ifPresent(row -> finish(now, row));
    return last.isPresent();
  }

  /**
   * Signals the process of {@code row}, which lives. One that is told to end is not started again.
   */
  void signal(Instant now, ProcessRow row, int signal) {
    if (ENDING_SIGNALS.contains(signal)) {
      finishOr(now, restarts.stop(now, row.id()), row.id(), signal);
    } else {
      outbox.add(new AgentEffect.Signal(row.id(), signal));
    }
  }

  /** Ends the process of {@code row}, which lives, as it runs elsewhere. */
  void supersede(Instant now, ProcessRow row) {
    finishOr(now, restarts.giveUp(now, row.id()), row.id(), SIGKILL);
  }

  private void finishOr(Instant now, Optional<ProcessRow> last, ProcessId process, int signal) {
    last.ifPresentOrElse(row -> finish(now, row), () -> end(process, signal));
  }

  /** Signals a process to end it; one at its gate would hear of a signal only behind that. */
  void end(ProcessId process, int signal) {
    outbox.add(
        gates.giveUp(process)
            ? new AgentEffect.Abort(List.of(process))
            : new AgentEffect.Signal(process, signal));
  }

  /** Has a process be no more that waited to be started again. */
  private void finish(Instant now, ProcessRow last) {
    directory.put(now, last);
    retire(now, last);
    gone.gone(now, last.id());
  }

  /** Closes a mailbox of this server that belongs to no process. */
  void mailboxClosed(Instant now, ProcessRow row) {
    ProcessRow last = row.exited(0, now.toEpochMilli());
    directory.put(now, last);
    retire(now, last);
  }

  /** Calls {@code then} with the last row of a process of this server once it has ended. */
  void whenEnded(ProcessRow row, Consumer<ProcessRow> then) {
    ends.await(row, then);
  }

  /**
   * Puts the rows of earlier boots right by what the process host still has.
   *
   * @return the rows of those that still live
   */
  List<ProcessRow> recover(Instant now, AgentInput.Booted booted) {
    return new Recovery(this, directory, courier, restarts, launches, gates, ends, outbox)
        .recover(now, booted);
  }

  private Optional<Prepared> made(Instant now, ProcessId process) {
    return batches.made(process).map(batch -> enter(now, batch));
  }

  /** Writes the rows of a batch that is there, and opens its mailboxes. */
  private Prepared enter(Instant now, Batches.Made batch) {
    // Another agent answers its caller only when it has the rows.
    boolean awaited = !batch.key().requester().equals(self);
    batch
        .processes()
        .forEach(
            (made, template) -> {
              ProcessRow row = newRow(made, template, batch.key().text(), now.toEpochMilli());
              boolean runs = !batch.gated() && !StartGates.areFor(template);
              directory.put(
                  now, runs ? row.with(ProcessState.RUNNING, now.toEpochMilli()) : row, awaited);
              courier.open(now, made, StoredState.EMPTY);
              if (!batch.gated() && !runs) {
                gates.hold(now, row);
              }
            });
    return new Prepared.Done(batch.key(), List.copyOf(batch.processes().keySet()));
  }

  private static ProcessRow newRow(
      ProcessId process, ProcessTemplate template, String request, long nowMillis) {
    return new ProcessRow(
        process,
        ProcessRow.Kind.PROCESS,
        template.tenant(),
        template.name(),
        template.command(),
        ProcessState.REQUESTED,
        Optional.empty(),
        0,
        nowMillis,
        template.demand().cpuMillis(),
        template.demand().memoryBytes(),
        template.demand().otherTexts(),
        template.labels(),
        request,
        Usage.NONE,
        false,
        0,
        template.terms().supersedes(),
        Health.UNCHECKED,
        Restarts.revivalOf(template),
        false,
        template.terms().sizing());
  }

  void end(List<ProcessId> all, boolean gated) {
    List<ProcessId> processes = all.stream().filter(its -> !launches.cancel(its)).toList();
    if (processes.isEmpty()) {
      return;
    }
    if (gated) {
      outbox.add(new AgentEffect.Abort(processes));
    } else {
      processes.forEach(process -> outbox.add(new AgentEffect.Signal(process, SIGKILL)));
    }
  }

  void retire(Instant now, ProcessRow last) {
    courier.close(now, last.id());
    ends.add(now, last);
  }
}
