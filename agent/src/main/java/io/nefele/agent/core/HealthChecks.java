package io.nefele.agent.core;

import io.nefele.core.Bytes;
import io.nefele.core.HealthCheck;
import io.nefele.core.Lifecycle;
import io.nefele.core.Probe;
import io.nefele.core.ProcessId;
import io.nefele.placement.ProcessTemplate;
import io.nefele.placement.Resources;
import io.nefele.placement.Terms;
import io.nefele.table.Health;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Checks this server's processes, each one at a time, and ends a process whose checks fail too
 * often in a row; whether it is started again is for {@link Restarts} to say. A check has no row:
 * nobody lists it, and it ends with its process.
 */
final class HealthChecks {
  /** Tells a check whose it is: those of one tenant see each other. */
  static final String CHECKED = "NEFELE_CHECKED";

  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;

  /** Soon after a start, so that who waits for a process to be well need not wait an interval. */
  private static final Duration FIRST = Duration.ofSeconds(1);

  /** How long a process that is told to end may take. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final LocalProcesses processes;
  private final Directory directory;
  private final Courier courier;
  private final Outbox outbox;
  private final SortedMap<ProcessId, Watched> watched = new TreeMap<>();

  /** Whom each check is of that runs beside its process. */
  private final SortedMap<ProcessId, ProcessId> checks = new TreeMap<>();

  private static final class Watched {
    final ProcessTemplate template;
    final HealthCheck check;
    final Instant since;

    /** The process that is the check, or the mailbox that the answer is to come to. */
    Optional<ProcessId> running = Optional.empty();

    int failures;
    boolean ending;

    Watched(ProcessTemplate template, HealthCheck check, Instant since) {
      this.template = template;
      this.check = check;
      this.since = since;
    }
  }

  HealthChecks(LocalProcesses processes, Directory directory, Courier courier, Outbox outbox) {
    this.processes = processes;
    this.directory = directory;
    this.courier = courier;
    this.outbox = outbox;
  }

  /** A process of this server runs, or is found to run by a new life of its agent. */
  void started(Instant now, ProcessId process) {
    Optional<ProcessRow> row =
        directory.ownRow(process).filter(its -> its.state() == ProcessState.RUNNING);
    Optional<ProcessTemplate> template = row.flatMap(Restarts::template);
    Optional<HealthCheck> check = template.flatMap(its -> its.terms().lifecycle().health());
    if (check.isEmpty() || watched.containsKey(process)) {
      return;
    }
    watched.put(process, new Watched(template.get(), check.get(), now));
    if (row.get().health() == Health.UNCHECKED) {
      directory.put(now, row.get().with(Health.STARTING));
    }
    Duration interval = Duration.ofMillis(check.get().intervalMillis());
    outbox.setTimer(
        new AgentTimer.HealthDue(process), interval.compareTo(FIRST) < 0 ? interval : FIRST);
  }

  /** It is time for a check of {@code process}, or for it to be gone. */
  void due(Instant now, ProcessId process) {
    Watched its = watched.get(process);
    if (its == null) {
      return;
    }
    if (its.ending) {
      outbox.add(new AgentEffect.Signal(process, SIGKILL));
      return;
    }
    ProcessId check = processes.nextId();
    its.running = Optional.of(check);
    Duration timeout = Duration.ofMillis(its.check.timeoutMillis());
    outbox.setTimer(new AgentTimer.HealthOverdue(process), timeout);
    switch (its.check.probe()) {
      case Probe.Command(var words) -> {
        checks.put(check, process);
        ProcessTemplate template = templateOf(process, its, words);
        outbox.add(new AgentEffect.Spawn(check, template, false, Optional.of(process)));
      }
      case Probe.Port(int number) -> {
        checks.put(check, process);
        outbox.add(new AgentEffect.TryPort(check, its.template.tenant(), process, number));
      }
      case Probe.Call(var text) -> call(now, process, its, check, text, timeout);
    }
  }

  /** An answer that does not come is {@link #overdue}, whatever has kept it away. */
  private void call(
      Instant now, ProcessId process, Watched its, ProcessId box, String text, Duration timeout) {
    courier.openPassing(now, box, its.template.tenant());
    courier.readAll(now, box, answer -> answered(outbox.now(), process, its, box));
    courier.send(
        now, Optional.of(box), process, List.of(), Bytes.utf8(text), timeout, outcome -> {});
  }

  private void answered(Instant now, ProcessId process, Watched its, ProcessId box) {
    if (its.running.equals(Optional.of(box))) {
      outbox.cancelTimer(new AgentTimer.HealthOverdue(process));
      over(now, its);
      told(now, process, its, true);
    }
  }

  /** The check that ran is over. */
  private void over(Instant now, Watched its) {
    if (its.check.probe() instanceof Probe.Call) {
      its.running.ifPresent(box -> courier.close(now, box));
    }
    its.running = Optional.empty();
  }

  private static ProcessTemplate templateOf(ProcessId process, Watched its, List<String> command) {
    return new ProcessTemplate(
        its.template.tenant(),
        Optional.empty(),
        Resources.NONE,
        List.of(),
        List.of(),
        List.of(CHECKED + "=" + process),
        "",
        command,
        new Terms(its.template.terms().input(), 0, Lifecycle.ONCE));
  }

  /** A check takes too long. */
  void overdue(Instant now, ProcessId process) {
    Watched its = watched.get(process);
    if (its != null && its.running.isPresent()) {
      if (checks.containsKey(its.running.get())) {
        // Its end is of no interest any more.
        outbox.add(new AgentEffect.Signal(its.running.get(), SIGKILL));
      }
      over(now, its);
      told(now, process, its, false);
    }
  }

  /** Returns whether {@code check}, which has ended or could not be started, is a check. */
  boolean ended(Instant now, ProcessId check, int exitCode) {
    ProcessId process = checks.remove(check);
    if (process == null) {
      return false;
    }
    outbox.add(new AgentEffect.AcknowledgeExit(check));
    // What it wrote.
    outbox.add(new AgentEffect.Forget(List.of(check)));
    Watched its = watched.get(process);
    if (its != null && its.running.equals(Optional.of(check))) {
      outbox.cancelTimer(new AgentTimer.HealthOverdue(process));
      over(now, its);
      told(now, process, its, exitCode == 0);
    }
    return true;
  }

  /** A process of this server has ended. */
  void processEnded(Instant now, ProcessId process) {
    Watched its = watched.remove(process);
    if (its != null) {
      outbox.cancelTimer(new AgentTimer.HealthDue(process));
      outbox.cancelTimer(new AgentTimer.HealthOverdue(process));
      over(now, its);
    }
  }

  private void told(Instant now, ProcessId process, Watched its, boolean well) {
    Optional<ProcessRow> row = directory.ownRow(process);
    if (row.isEmpty()
        || row.get().state() != ProcessState.RUNNING
        || row.get().health() == Health.PREEMPTED) {
      return;
    }
    boolean starting =
        row.get().health() == Health.STARTING
            && now.isBefore(its.since.plusMillis(its.check.startPeriodMillis()));
    its.failures = well || starting ? 0 : its.failures + 1;
    Duration next = Duration.ofMillis(its.check.intervalMillis());
    if (well && row.get().health() != Health.HEALTHY) {
      directory.put(now, row.get().with(Health.HEALTHY));
    } else if (its.failures >= its.check.retries()) {
      directory.put(now, row.get().with(Health.UNHEALTHY));
      outbox.add(new AgentEffect.Signal(process, SIGTERM));
      its.ending = true;
      next = GRACE;
    }
    outbox.setTimer(new AgentTimer.HealthDue(process), next);
  }
}
