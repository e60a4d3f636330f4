package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import io.nefele.placement.Component;
import io.nefele.placement.Decision;
import io.nefele.placement.Placement;
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
import org.jspecify.annotations.Nullable;

/**
 * Moves processes of this server that can be started again to another: holds a place there, ends
 * the process, and starts it there. So it never runs twice, and one that has no other place goes on
 * to run here. All of a drained server's are moved, and single ones for other {@linkplain Aim
 * reasons}. Of a name with a disruption budget no more than that are down at a time: from before
 * the end of the old one until the new one is well.
 */
final class Moves {
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;

  /** How long a process that is told to end may take. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** How long a place is held, which has to outlast the grace. */
  private static final Duration HOLD = Duration.ofSeconds(30);

  private static final Duration RETRY = Duration.ofSeconds(3);
  private static final Duration WELL_AGAIN = Duration.ofSeconds(1);

  /** So often what was started elsewhere is asked whether it is well. */
  private static final int WELL_ASKED_MAX = 60;

  private static final Duration ERRAND_DEADLINE = Duration.ofSeconds(5);

  private final Directory directory;
  private final Restarts restarts;
  private final LocalProcesses processes;
  private final Spawner spawner;
  private final Fences fences;
  private final Errands errands;
  private final Permits permits;
  private final Outbox outbox;
  private final Aim drain;
  private final SortedMap<ProcessId, Move> moving = new TreeMap<>();
  private boolean drained;

  /** Why a process is moved, and where to. */
  interface Aim {
    /** Whom to ask for a place, nearest first; empty if it is not to be moved any more. */
    Optional<List<List<AgentId>>> circles(List<Component> components);

    /** Whether the place that was found is worth the move. */
    boolean takes(Decision decision, Component component);

    /**
     * Whether it is tried again if there is no place, and what has ended by itself and waits to be
     * started again is moved, too.
     */
    boolean insists();

    /** Whether the move is what brings it down, so that the disruption budget speaks to it. */
    boolean disrupts();

    /** It runs elsewhere now, which not all have to know. */
    default void placed(ProcessId successor) {}

    /** It was moved, or will not be. */
    void over(Instant now, boolean moved);
  }

  /** How far a process has come on its way. */
  private sealed interface Step {
    /** It is asked whether it may be moved, or will be soon again. */
    record Asking() implements Step {}

    /** A place is looked for, or will be soon again. */
    record Planning() implements Step {}

    /** A place is held; the process is told to end. */
    record Stopping(RequestKey plan) implements Step {}

    /** It has ended and is started elsewhere. */
    record Starting() implements Step {}

    /** It runs elsewhere, and may not be well yet. */
    record Settling(ProcessId successor, int asked) implements Step {}
  }

  /**
   * @param down whether it has ended for this, and is started again by nobody else
   */
  private record Move(Aim aim, Step step, boolean down) {}

  Moves(
      Directory directory,
      Restarts restarts,
      LocalProcesses processes,
      Widening widening,
      Spawner spawner,
      Fences fences,
      Errands errands,
      Permits permits,
      Outbox outbox) {
    this.directory = directory;
    this.restarts = restarts;
    this.processes = processes;
    this.spawner = spawner;
    this.fences = fences;
    this.errands = errands;
    this.permits = permits;
    this.outbox = outbox;
    this.drain = new Drain(widening);
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
        drain(now, row.id());
      }
    }
  }

  boolean isDrained() {
    return drained;
  }

  /** A process that can be started again is there on this server. */
  void started(Instant now, ProcessId process) {
    if (drained) {
      drain(now, process);
    }
  }

  private void drain(Instant now, ProcessId process) {
    // What gave way looks for a place anyway.
    if (!moving.containsKey(process) && !isDisplaced(process) && template(process).isPresent()) {
      begin(now, process, drain);
    }
  }

  /** Returns whether a process is not on its way, now that a move that had only begun is off. */
  boolean callOff(Instant now, ProcessId process) {
    Step step = step(process);
    if (step instanceof Step.Asking || step instanceof Step.Planning) {
      over(now, process, false);
      return true;
    }
    return step == null;
  }

  /** Moves a process that is not on its way already. */
  void begin(Instant now, ProcessId process, Aim aim) {
    moving.put(process, new Move(aim, new Step.Asking(), isDisplaced(process)));
    ask(now, process);
  }

  private boolean isDisplaced(ProcessId process) {
    return directory.ownRow(process).filter(ProcessRow::isDisplaced).isPresent();
  }

  /**
   * Whether not all of the spawn are known to run: it would be called off here, and go on where
   * this process was taken meanwhile.
   */
  boolean mayBeCalledOff(ProcessId process) {
    return directory
        .ownRow(process)
        .flatMap(row -> RequestKey.parse(row.request()))
        .filter(request -> spawner.fateOf(request) != Placement.Fate.NOTHING_TO_UNDO)
        .isPresent();
  }

  boolean isMoving(ProcessId process) {
    return moving.containsKey(process);
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

  private int budget(ProcessId process, ProcessTemplate template) {
    return template.name().isPresent() && aim(process).disrupts()
        ? template.terms().lifecycle().disruptions()
        : 0;
  }

  private void ask(Instant now, ProcessId process) {
    Optional<ProcessTemplate> template = template(process);
    if (template.isEmpty() || leaves(process)) {
      stay(now, process);
      return;
    }
    if (mayBeCalledOff(process)) {
      again(process);
      return;
    }
    int budget = budget(process, template.get());
    if (budget == 0) {
      plan(now, process);
      return;
    }
    permits.ask(
        process,
        template.get().tenant(),
        template.get().name().orElseThrow(),
        budget,
        granted -> {
          if (!(step(process) instanceof Step.Asking)) {
            permits.giveBack(process);
          } else if (granted) {
            plan(outbox.now(), process);
          } else {
            again(process);
          }
        });
  }

  private void plan(Instant now, ProcessId process) {
    Optional<ProcessTemplate> template = template(process);
    List<Component> components =
        template.map(its -> List.of(new Component(its, 1))).orElse(List.of());
    Optional<List<List<AgentId>>> circles =
        components.isEmpty() || leaves(process)
            ? Optional.empty()
            : aim(process).circles(components);
    if (circles.isEmpty()) {
      stay(now, process);
      return;
    }
    step(process, new Step.Planning());
    spawner.spawn(
        now, components, HOLD, circles.get(), new Planned(process, components.getFirst()));
  }

  /** Whether it has ended by itself meanwhile, and its move does not include such. */
  private boolean leaves(ProcessId process) {
    return restarts.isWaiting(process) && !isDown(process) && !aim(process).insists();
  }

  private Aim aim(ProcessId process) {
    Move move = moving.get(process);
    return move == null ? drain : move.aim;
  }

  private @Nullable Step step(ProcessId process) {
    Move move = moving.get(process);
    return move == null ? null : move.step;
  }

  private void step(ProcessId process, Step next) {
    moving.put(process, new Move(aim(process), next, isDown(process)));
  }

  private boolean isDown(ProcessId process) {
    Move move = moving.get(process);
    return move != null && move.down;
  }

  /** It is left to this server, which starts it again if it has ended meanwhile. */
  private void stay(Instant now, ProcessId process) {
    boolean down = isDown(process);
    over(now, process, false);
    if (down && restarts.isWaiting(process)) {
      directory.ownRow(process).ifPresent(restarts::await);
    }
  }

  private void over(Instant now, ProcessId process, boolean moved) {
    Move move = moving.remove(process);
    if (move == null) {
      return;
    }
    outbox.cancelTimer(new AgentTimer.MoveDue(process));
    permits.giveBack(process);
    move.aim.over(now, moved);
    if (!moved && drained && move.aim != drain) {
      drain(now, process);
    }
  }

  /** Time has passed: for another try, for a process to end, or for its successor to be well. */
  void due(Instant now, ProcessId process) {
    switch (step(process)) {
      case Step.Asking asking -> ask(now, process);
      case Step.Planning planning -> plan(now, process);
      case Step.Stopping stopping -> outbox.add(new AgentEffect.Signal(process, SIGKILL));
      case Step.Starting starting -> {}
      case Step.Settling settling -> askWhetherWell(process, settling);
      case null -> {}
    }
  }

  /** Whether the end of {@code process} is a step of its move. */
  boolean isStopping(ProcessId process) {
    return step(process) instanceof Step.Stopping;
  }

  /** A process has ended that is to be started elsewhere. */
  void stopped(Instant now, ProcessId process) {
    Move move = moving.get(process);
    if (move != null && move.step instanceof Step.Stopping(var plan)) {
      outbox.cancelTimer(new AgentTimer.MoveDue(process));
      Component component = new Component(template(process).orElseThrow(), 1);
      moving.put(process, new Move(move.aim, new Step.Starting(), true));
      spawner.commitPlan(now, plan, new Planned(process, component));
    }
  }

  /** A process is gone for good, as a user has ended it; the place held for it expires. */
  void gone(Instant now, ProcessId process) {
    if (!(step(process) instanceof Step.Settling)) {
      over(now, process, false);
    }
  }

  private void again(ProcessId process) {
    permits.giveBack(process);
    step(process, new Step.Asking());
    outbox.setTimer(new AgentTimer.MoveDue(process), RETRY);
  }

  private void askWhetherWell(ProcessId process, Step.Settling settling) {
    errands.run(
        Optional.empty(),
        settling.successor,
        new Errand.IsWell(),
        ERRAND_DEADLINE,
        outcome -> {
          boolean wait =
              outcome instanceof Errand.Outcome.Failed && settling.asked < WELL_ASKED_MAX;
          if (!(step(process) instanceof Step.Settling)) {
            return;
          }
          if (wait) {
            step(process, new Step.Settling(settling.successor, settling.asked + 1));
            outbox.setTimer(new AgentTimer.MoveDue(process), WELL_AGAIN);
          } else {
            over(outbox.now(), process, true);
          }
        });
  }

  /** The server is drained: whatever can be started again is to go, wherever there is room. */
  private final class Drain implements Aim {
    private final Widening widening;

    Drain(Widening widening) {
      this.widening = widening;
    }

    @Override
    public Optional<List<List<AgentId>>> circles(List<Component> components) {
      return drained ? Optional.of(widening.circles(components)) : Optional.empty();
    }

    @Override
    public boolean takes(Decision decision, Component component) {
      return true;
    }

    @Override
    public boolean insists() {
      return true;
    }

    @Override
    public boolean disrupts() {
      return true;
    }

    @Override
    public void over(Instant now, boolean moved) {
      // Each goes by itself.
    }
  }

  /** What becomes of a place for one process. */
  private final class Planned implements Spawner.Placed {
    private final ProcessId process;
    private final Component component;

    Planned(ProcessId process, Component component) {
      this.process = process;
      this.component = component;
    }

    @Override
    public void planned(Decision decision) {
      Instant now = outbox.now();
      boolean wanted = step(process) instanceof Step.Planning && template(process).isPresent();
      if (!wanted || !aim(process).takes(decision, component)) {
        spawner.dropPlan(now, decision.key());
        if (step(process) instanceof Step.Planning) {
          stay(now, process);
        }
        return;
      }
      step(process, new Step.Stopping(decision.key()));
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
      ProcessId successor = placed.getFirst();
      Move move = moving.get(process);
      aim(process).placed(successor);
      if (move != null && budget(process, component.template()) > 0) {
        Step.Settling settling = new Step.Settling(successor, 0);
        step(process, settling);
        askWhetherWell(process, settling);
      } else {
        over(now, process, true);
      }
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
      switch (step(process)) {
        case null -> {}
        case Step.Starting starting -> {
          // It is down, and counts as such.
          step(process, new Step.Planning());
          outbox.setTimer(new AgentTimer.MoveDue(process), RETRY);
        }
        case Step other when aim(process).insists() -> again(process);
        case Step other -> stay(outbox.now(), process);
      }
    }
  }
}
