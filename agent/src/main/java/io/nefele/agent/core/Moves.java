package io.nefele.agent.core;

import io.nefele.core.ProcessId;
import io.nefele.placement.Component;
import io.nefele.placement.Decision;
import io.nefele.placement.PlacementEffect;
import io.nefele.placement.ProcessTemplate;
import io.nefele.placement.RequestKey;
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
 * Moves the processes of a drained server that can be started again: holds a place elsewhere, ends
 * the process, and starts it there. So it never runs twice, and one that has no other place goes on
 * to run here.
 */
final class Moves {
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;

  /** How long a process that is told to end may take. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** How long a place is held, which has to outlast the grace. */
  private static final Duration HOLD = Duration.ofSeconds(30);

  private static final Duration RETRY = Duration.ofSeconds(3);
  private static final Duration ERRAND_DEADLINE = Duration.ofSeconds(5);

  private final Directory directory;
  private final Restarts restarts;
  private final LocalProcesses processes;
  private final Widening widening;
  private final Spawner spawner;
  private final Fences fences;
  private final Errands errands;
  private final Outbox outbox;
  private final SortedMap<ProcessId, Step> moving = new TreeMap<>();
  private boolean drained;

  /** How far a process has come on its way. */
  private sealed interface Step {
    /** A place is looked for, or will be soon again. */
    record Planning() implements Step {}

    /** A place is held; the process is told to end. */
    record Stopping(RequestKey plan) implements Step {}

    /** It has ended and is started elsewhere. */
    record Starting() implements Step {}
  }

  Moves(
      Directory directory,
      Restarts restarts,
      LocalProcesses processes,
      Widening widening,
      Spawner spawner,
      Fences fences,
      Errands errands,
      Outbox outbox) {
    this.directory = directory;
    this.restarts = restarts;
    this.processes = processes;
    this.widening = widening;
    this.spawner = spawner;
    this.fences = fences;
    this.errands = errands;
    this.outbox = outbox;
  }

  /** This server is drained from now on, or no more. */
  void drained(Instant now, boolean is) {
    if (drained == is) {
      return;
    }
    drained = is;
    spawner.drained(now, is);
    if (is) {
      processes.callOffWaiting().forEach(outcome -> spawner.prepared(now, outcome));
      for (ProcessRow row : directory.ownRows()) {
        begin(now, row.id());
      }
    }
  }

  /** A process that can be started again is there on this server. */
  void started(Instant now, ProcessId process) {
    if (drained) {
      begin(now, process);
    }
  }

  private void begin(Instant now, ProcessId process) {
    if (!moving.containsKey(process) && template(process).isPresent()) {
      plan(now, process);
    }
  }

  /** What to start elsewhere: of processes that live and can be started again. */
  private Optional<ProcessTemplate> template(ProcessId process) {
    return directory
        .ownRow(process)
        .filter(
            row ->
                row.state() == ProcessState.RUNNING
                    || row.health() == Health.WAITING
                    || restarts.isWaiting(process))
        .flatMap(Restarts::template)
        .filter(template -> template.terms().lifecycle().restart().restarts())
        .map(template -> template.inPlaceOf(process));
  }

  private void plan(Instant now, ProcessId process) {
    Optional<ProcessTemplate> template = template(process);
    if (template.isEmpty() || !drained) {
      stay(process);
      return;
    }
    moving.put(process, new Step.Planning());
    List<Component> components = List.of(new Component(template.get(), 1));
    spawner.spawn(now, components, HOLD, widening.circles(components), new Planned(process));
  }

  /** It is left to this server, which starts it again if it has ended meanwhile. */
  private void stay(ProcessId process) {
    moving.remove(process);
    if (restarts.isWaiting(process)) {
      directory.ownRow(process).ifPresent(restarts::await);
    }
  }

  /** Time has passed: for another try, or for a process to end. */
  void due(Instant now, ProcessId process) {
    switch (moving.get(process)) {
      case Step.Planning planning -> plan(now, process);
      case Step.Stopping stopping -> outbox.add(new AgentEffect.Signal(process, SIGKILL));
      case Step.Starting starting -> {}
      case null -> {}
    }
  }

  /** Whether the end of {@code process} is a step of its move. */
  boolean isStopping(ProcessId process) {
    return moving.get(process) instanceof Step.Stopping;
  }

  /** A process has ended that is to be started elsewhere. */
  void stopped(Instant now, ProcessId process) {
    if (moving.get(process) instanceof Step.Stopping(var plan)) {
      outbox.cancelTimer(new AgentTimer.MoveDue(process));
      moving.put(process, new Step.Starting());
      spawner.commitPlan(now, plan, new Planned(process));
    }
  }

  /** A process is gone for good, as a user has ended it; the place held for it expires. */
  void gone(ProcessId process) {
    if (moving.remove(process) != null) {
      outbox.cancelTimer(new AgentTimer.MoveDue(process));
    }
  }

  private void again(ProcessId process) {
    moving.put(process, new Step.Planning());
    outbox.setTimer(new AgentTimer.MoveDue(process), RETRY);
  }

  /** What becomes of a place for one process. */
  private final class Planned implements Spawner.Placed {
    private final ProcessId process;

    Planned(ProcessId process) {
      this.process = process;
    }

    @Override
    public void planned(Decision decision) {
      Instant now = outbox.now();
      if (template(process).isEmpty()) {
        moving.remove(process);
        return;
      }
      moving.put(process, new Step.Stopping(decision.key()));
      if (restarts.isWaiting(process)) {
        restarts.hold(process);
        stopped(now, process);
      } else {
        processes.end(process, SIGTERM);
        outbox.setTimer(new AgentTimer.MoveDue(process), GRACE);
      }
    }

    @Override
    public void placed(List<ProcessId> placed, Decision decision) {
      Instant now = outbox.now();
      moving.remove(process);
      ProcessId successor = placed.getFirst();
      boolean known = fences.successorOf(process).filter(successor::equals).isPresent();
      if (!known && !processes.retireMoved(now, process)) {
        // A user has ended it meanwhile.
        errands.run(
            Optional.empty(),
            successor,
            new Errand.Signal(SIGKILL),
            ERRAND_DEADLINE,
            outcome -> {});
      }
    }

    @Override
    public void refused(PlacementEffect.Refusal refusal, Optional<Decision> decision) {
      again(process);
    }
  }
}
