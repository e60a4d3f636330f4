package io.nefele.agent.core;

import io.nefele.core.ProcessId;
import java.time.Instant;

/**
 * What the server tells of its processes, passed on to all parts that count on it. The checks of a
 * process's health are processes of the server, too; only {@link HealthChecks} hears how those end.
 */
final class ServerNews {
  private final LocalProcesses processes;
  private final Launches launches;
  private final Spawner spawner;
  private final UsageBook usage;
  private final HistoryBook history;
  private final HealthChecks health;
  private final Fences fences;
  private final Relocations relocations;
  private final ErrandDesk errands;

  ServerNews(
      LocalProcesses processes,
      Launches launches,
      Spawner spawner,
      UsageBook usage,
      HistoryBook history,
      HealthChecks health,
      Fences fences,
      Relocations relocations,
      ErrandDesk errands) {
    this.processes = processes;
    this.launches = launches;
    this.spawner = spawner;
    this.usage = usage;
    this.history = history;
    this.health = health;
    this.fences = fences;
    this.relocations = relocations;
    this.errands = errands;
  }

  void gated(Instant now, ProcessId process) {
    processes.gated(now, process).ifPresent(outcome -> spawner.prepared(now, outcome));
  }

  void started(Instant now, ProcessId process) {
    usage.started();
    processes.started(now, process).ifPresent(outcome -> spawner.prepared(now, outcome));
    health.started(now, process);
    fences.started(process);
    relocations.started(now, process);
  }

  void failed(Instant now, ProcessId process, String reason) {
    if (!health.ended(now, process, LocalProcesses.NOT_STARTED)) {
      notMade(now, process, reason);
    }
  }

  /** A process could not be made, or its program not be had. */
  void notMade(Instant now, ProcessId process, String reason) {
    launches.gone(process);
    processes.failed(now, process, reason).ifPresent(outcome -> spawner.prepared(now, outcome));
  }

  void exited(Instant now, ProcessId process, AgentInput.Ending ending) {
    if (health.ended(now, process, ending.exitCode())) {
      return;
    }
    usage.ended(process);
    history.ended(now, process, ending);
    errands.processEnded(process);
    health.processEnded(now, process);
    if (relocations.isStopping(process) && processes.setAside(now, process, ending)) {
      relocations.stopped(now, process);
    } else {
      processes.exited(now, process, ending);
    }
  }
}
