package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.core.ProgramId;
import io.nefele.core.ProgramWords;
import io.nefele.core.SeededStreams;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import io.nefele.table.history.Estimate;
import io.nefele.table.history.Histories;
import io.nefele.table.history.HistoryEffect;
import io.nefele.table.history.HistoryInput;
import io.nefele.table.history.HistoryMessage;
import io.nefele.table.history.ProgramUse;
import io.nefele.table.history.Ran;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Sees what the processes of this server use, and tells all agents what that says of their
 * programs. A process counts as a run when it ends, or when it has run for a while: services never
 * end.
 */
final class HistoryBook {
  /** What runs for so long is told of before it ends. */
  private static final Duration OLD_ENOUGH = Duration.ofSeconds(10);

  /** Of what ran shorter it can't be said how much of a core it needs. */
  private static final long CPU_TOLD_MILLIS = 1_000;

  private final Fabric fabric;
  private final Directory directory;
  private final Outbox outbox;
  private final Histories histories;

  /** What was measured of those that run. */
  private final SortedMap<ProcessId, Run> running = new TreeMap<>();

  /**
   * @param told what was said of it so far
   */
  private record Run(long peakBytes, Optional<Ran> told) {
    static final Run BEGUN = new Run(0, Optional.empty());
  }

  /**
   * @param isRemoved whether a tenant is no more
   */
  HistoryBook(
      AgentBoot self,
      Fabric fabric,
      Directory directory,
      Predicate<Name> isRemoved,
      SeededStreams random,
      Outbox outbox) {
    this.fabric = fabric;
    this.directory = directory;
    this.outbox = outbox;
    this.histories =
        new Histories(self.agent(), fabric::others, isRemoved, random.stream("histories"));
  }

  /** Takes up what was kept, and what ended while there was no agent. */
  void start(Instant now, AgentInput.Booted booted) {
    input(now, new HistoryInput.Started(booted.history()));
    booted
        .processes()
        .forEach(
            (process, survivor) -> {
              if (survivor instanceof AgentInput.Survivor.Exited(var ending)) {
                ended(now, process, ending);
              }
            });
  }

  void received(Instant now, AgentId from, HistoryMessage message) {
    input(now, new HistoryInput.Received(from, message));
  }

  void tenantRemoved(Instant now, Name tenant) {
    input(now, new HistoryInput.TenantRemoved(tenant));
  }

  void newsDue(Instant now) {
    input(now, new HistoryInput.NewsDue());
  }

  void comparisonDue(Instant now) {
    input(now, new HistoryInput.ComparisonDue());
  }

  /** What a program is expected to use; empty if nobody has seen it. */
  Optional<Estimate> estimate(Name tenant, ProgramId program) {
    return histories.estimate(tenant, program);
  }

  /** Of all programs of all tenants. */
  List<Estimate> estimates() {
    return histories.estimates();
  }

  List<ProgramUse> known() {
    return histories.known();
  }

  void measured(Instant now, List<AgentInput.Measurement> measurements) {
    for (AgentInput.Measurement measurement : measurements) {
      ran(measurement.process())
          .ifPresent(
              row -> {
                Run run = running.getOrDefault(row.id(), Run.BEGUN);
                long peak = Math.max(run.peakBytes, measurement.memoryBytes());
                long ranMillis = now.toEpochMilli() - row.startedAtMillis();
                Ran ran = new Ran(peak, cpuMillis(measurement.cpuMicros(), ranMillis));
                boolean tells =
                    ranMillis >= OLD_ENOUGH.toMillis()
                        && run.told.map(ran::differsFrom).orElse(true);
                running.put(row.id(), new Run(peak, tells ? Optional.of(ran) : run.told));
                if (tells) {
                  observe(now, row, run.told, ran);
                }
              });
    }
  }

  /** To be called while the row of the process still says that it runs. */
  void ended(Instant now, ProcessId process, AgentInput.Ending ending) {
    Run run = Optional.ofNullable(running.remove(process)).orElse(Run.BEGUN);
    ran(process)
        .ifPresent(
            row -> {
              long peak = Math.max(run.peakBytes, ending.memoryBytes());
              long ranMillis = ending.atMillis() - row.startedAtMillis();
              if (peak > 0) {
                Ran ran = new Ran(peak, cpuMillis(ending.cpuMicros(), ranMillis));
                observe(now, row, run.told, ran);
              }
            });
  }

  private static OptionalInt cpuMillis(long cpuMicros, long ranMillis) {
    return ranMillis < CPU_TOLD_MILLIS
        ? OptionalInt.empty()
        : OptionalInt.of((int) Math.clamp(cpuMicros / ranMillis, 0, Integer.MAX_VALUE));
  }

  private Optional<ProcessRow> ran(ProcessId process) {
    return directory
        .ownRow(process)
        .filter(row -> row.state() == ProcessState.RUNNING && row.sizing().program().isPresent());
  }

  private void observe(Instant now, ProcessRow row, Optional<Ran> before, Ran ran) {
    input(
        now,
        new HistoryInput.Observed(
            row.tenant(),
            row.sizing().program().orElseThrow(),
            ProgramWords.of(row.command()).label(),
            before,
            ran));
  }

  private void input(Instant now, HistoryInput input) {
    for (HistoryEffect effect : histories.step(now, input)) {
      switch (effect) {
        case HistoryEffect.Persist(var use) -> outbox.add(new AgentEffect.KeepUse(use));
        case HistoryEffect.Forget(var key) -> outbox.add(new AgentEffect.ForgetUse(key));
        case HistoryEffect.Send(var to, var message) ->
            outbox.send(to, new AgentMessage.OfHistory(message));
        case HistoryEffect.SetNewsTimer(var delay) ->
            outbox.setTimer(new AgentTimer.HistoryNews(), delay);
        case HistoryEffect.SetComparisonTimer(var delay) ->
            outbox.setTimer(new AgentTimer.HistoryComparison(), delay);
      }
    }
  }
}
