package io.nefele.agent.core;

import com.google.common.collect.ListMultimap;
import com.google.common.collect.MultimapBuilder;
import io.nefele.core.AgentId;
import io.nefele.core.Priority;
import io.nefele.core.ProcessId;
import io.nefele.placement.Component;
import io.nefele.placement.Decision;
import io.nefele.placement.ProcessTemplate;
import io.nefele.table.Health;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import io.nefele.table.tenant.UseReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Ends processes of this server that give way to others of a higher priority. What can be started
 * again is, on whatever server there is room and within the quota; until then it is granted
 * nothing, and its row says why it waits, so that a crash of the agent changes nothing.
 */
final class GivingWay implements Spawner.Preemptions {
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;

  /** So often places are looked for. */
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(3);

  /** How long a process that is told to end may take. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Directory directory;
  private final Restarts restarts;
  private final LocalProcesses processes;
  private final Spawner spawner;
  private final Moves moves;
  private final Tenancy tenancy;
  private final Widening widening;
  private final Outbox outbox;

  /** Those that have been told to end and have not. */
  private final SortedSet<ProcessId> ending = new TreeSet<>();

  /** Who waits until one has. */
  private final ListMultimap<ProcessId, Consumer<Boolean>> waiters =
      MultimapBuilder.treeKeys().arrayListValues().build();

  /** Those that have ended and wait for a place. */
  private final SortedSet<ProcessId> displaced = new TreeSet<>();

  /** Those of them for which no place was looked for this time. */
  private final Deque<ProcessId> untried = new ArrayDeque<>();

  /** Those for which there was none this time. */
  private final List<ProcessTemplate> refused = new ArrayList<>();

  private boolean looking;
  private boolean timed;

  GivingWay(
      Directory directory,
      Restarts restarts,
      LocalProcesses processes,
      Widening widening,
      Spawner spawner,
      Moves moves,
      Tenancy tenancy,
      Outbox outbox) {
    this.directory = directory;
    this.restarts = restarts;
    this.processes = processes;
    this.spawner = spawner;
    this.moves = moves;
    this.tenancy = tenancy;
    this.widening = widening;
    this.outbox = outbox;
    spawner.listen(this);
  }

  /**
   * Has the process of {@code row} give way to others of {@code priority}.
   *
   * @param then whether it has ended for that
   */
  void giveWay(Instant now, ProcessRow row, int priority, Consumer<Boolean> then) {
    boolean may =
        (row.state() == ProcessState.RUNNING || row.awaitsRestart())
            && Priority.of(row.labels()) < priority
            && !moves.mayBeCalledOff(row.id());
    if (row.isDisplaced() || !may) {
      then.accept(row.isDisplaced());
      return;
    }
    waiters.put(row.id(), then);
    preempt(now, row.id());
    if (!ending.contains(row.id())) {
      tell(row.id(), displaced.contains(row.id()));
    }
  }

  private void tell(ProcessId process, boolean gaveWay) {
    waiters.removeAll(process).forEach(waiter -> waiter.accept(gaveWay));
  }

  @Override
  public void preempt(Instant now, ProcessId process) {
    Optional<ProcessRow> row = directory.ownRow(process).filter(its -> its.state().isLive());
    // Of one that is just being moved the place comes free with that.
    if (row.isEmpty() || ending.contains(process) || !moves.callOff(now, process)) {
      return;
    }
    if (restarts.isWaiting(process)) {
      restarts.hold(process);
      displace(now, row.get());
      return;
    }
    ending.add(process);
    directory.put(now, row.get().with(Health.PREEMPTED));
    processes.end(process, SIGTERM);
    outbox.setTimer(new AgentTimer.GiveWayDue(process), GRACE);
  }

  /** A process has had time to end. */
  void due(ProcessId process) {
    if (ending.contains(process)) {
      outbox.add(new AgentEffect.Signal(process, SIGKILL));
    }
  }

  /** Whether a process has been told to end here that is to be started elsewhere. */
  boolean isDisplacing(ProcessId process) {
    return ending.contains(process)
        && directory
            .ownRow(process)
            .flatMap(Restarts::template)
            .filter(template -> template.terms().lifecycle().restart().restarts())
            .isPresent();
  }

  /** A process has ended that is to be started elsewhere. */
  void ended(Instant now, ProcessId process) {
    forget(process);
    directory.ownRow(process).ifPresent(row -> displace(now, row));
  }

  /** A process is gone for good. */
  void gone(ProcessId process) {
    displaced.remove(process);
    forget(process);
    tell(process, true);
  }

  private void forget(ProcessId process) {
    if (ending.remove(process)) {
      outbox.cancelTimer(new AgentTimer.GiveWayDue(process));
    }
  }

  private void displace(Instant now, ProcessRow row) {
    if (row.health() != Health.PREEMPTED) {
      directory.put(now, row.with(Health.PREEMPTED));
    }
    displaced.add(row.id());
    lookSoon();
    spawner.ended(now, row.id());
    tell(row.id(), true);
  }

  /** A process is there that an earlier life of this agent has started. */
  void adopted(Instant now, ProcessId process) {
    Optional<ProcessRow> row = directory.ownRow(process);
    if (row.filter(ProcessRow::isDisplaced).isPresent()) {
      displaced.add(process);
      lookSoon();
    } else {
      // Whatever it gave way to was called off with the earlier life.
      row.filter(its -> its.state() == ProcessState.RUNNING)
          .filter(its -> its.health() == Health.PREEMPTED)
          .ifPresent(its -> directory.put(now, its.with(Health.UNCHECKED)));
    }
  }

  /** Whoever else gives way meanwhile must not put it off. */
  private void lookSoon() {
    if (!timed) {
      timed = true;
      outbox.setTimer(new AgentTimer.DisplacedDue(), LOOK_INTERVAL);
    }
  }

  /** Begins anew with those that matter most. */
  void displacedDue(Instant now) {
    untried.clear();
    refused.clear();
    displaced.stream()
        .flatMap(process -> directory.ownRow(process).stream())
        .sorted(
            Comparator.comparingInt((ProcessRow row) -> -Priority.of(row.labels()))
                .thenComparing(ProcessRow::id))
        .forEach(row -> untried.add(row.id()));
    timed = false;
    if (!displaced.isEmpty()) {
      lookSoon();
    }
    next(now);
  }

  /** One at a time, so that no more is asked for a hundred of them than for one. */
  private void next(Instant now) {
    while (!looking && !untried.isEmpty()) {
      ProcessId process = untried.removeFirst();
      Optional<ProcessTemplate> template =
          directory.ownRow(process).filter(ProcessRow::isDisplaced).flatMap(Restarts::template);
      if (template.isPresent()
          && !moves.isMoving(process)
          && refused.stream().noneMatch(other -> needsAsMuch(template.get(), other))) {
        looking = true;
        admit(process, template.get());
      }
    }
  }

  /** It gave back its part of the tenant's quota, too. */
  private void admit(ProcessId process, ProcessTemplate template) {
    tenancy.admit(
        template.tenant(),
        LocalProcesses.useOf(template),
        new Tenancy.Admission() {
          @Override
          public void admitted(Instant now, long ticket) {
            Anywhere aim = new Anywhere(process, template, ticket);
            boolean waits =
                directory.ownRow(process).filter(ProcessRow::isDisplaced).isPresent()
                    && !moves.isMoving(process);
            if (waits) {
              moves.begin(now, process, aim);
            } else {
              aim.over(now, false);
            }
          }

          @Override
          public void refused(String reason) {
            looking = false;
            refused.add(template);
            next(outbox.now());
          }
        });
  }

  /** Whether there is no room for {@code one} where there is none for {@code other}. */
  private static boolean needsAsMuch(ProcessTemplate one, ProcessTemplate other) {
    return one.demand().covers(other.demand())
        && one.constraints().containsAll(other.constraints())
        && Priority.of(one.labels()) <= Priority.of(other.labels());
  }

  /** It is started wherever there is room. */
  private final class Anywhere implements Moves.Aim {
    private final ProcessId process;
    private final ProcessTemplate template;
    private final long ticket;
    private final List<UseReport.Placed> placed = new ArrayList<>();

    Anywhere(ProcessId process, ProcessTemplate template, long ticket) {
      this.process = process;
      this.template = template;
      this.ticket = ticket;
    }

    @Override
    public Optional<List<List<AgentId>>> circles(List<Component> components) {
      return Optional.of(widening.circles(components));
    }

    @Override
    public boolean takes(Decision decision, Component component) {
      return true;
    }

    @Override
    public boolean insists() {
      return false;
    }

    @Override
    public boolean disrupts() {
      return false;
    }

    @Override
    public void placed(ProcessId successor) {
      placed.add(new UseReport.Placed(successor, LocalProcesses.useOf(template)));
    }

    @Override
    public void over(Instant now, boolean moved) {
      tenancy.placed(ticket, placed);
      looking = false;
      if (moved) {
        displaced.remove(process);
      } else {
        refused.add(template);
      }
      next(now);
    }
  }
}
