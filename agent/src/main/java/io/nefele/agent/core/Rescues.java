package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.placement.Component;
import io.nefele.placement.Decision;
import io.nefele.placement.PlacementEffect;
import io.nefele.placement.ProcessTemplate;
import io.nefele.placement.RequestKey;
import io.nefele.table.Filter;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import io.nefele.table.RowView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Places the processes of lost agents anew that ask for it. The leader of the lost agent's group
 * does, from the rows that the group keeps; it first asks the whole fabric whether somebody has.
 */
final class Rescues {
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);
  private static final Duration ASK_DEADLINE = Duration.ofSeconds(2);

  /** So often a fabric that does not answer as a whole is asked once more. */
  private static final int ASKED_AGAIN_MAX = 3;

  /** So many that have others of a spawn are asked whether it was called off. */
  private static final int WITNESSES_MAX = 3;

  private final AgentBoot self;
  private final Fabric fabric;
  private final FabricReport report;
  private final Directory directory;
  private final Widening widening;
  private final Spawner spawner;
  private final Errands errands;
  private final Outbox outbox;

  /** Those that are being placed (empty), or were known to be at some time. */
  private final SortedMap<ProcessId, Optional<Instant>> begun = new TreeMap<>();

  private final SortedMap<ProcessId, Integer> asked = new TreeMap<>();
  private boolean looking;

  /** When an agent was lost last, and perhaps with it what was placed in the stead of others. */
  private Instant lastLoss = Instant.MIN;

  Rescues(
      AgentBoot self,
      Fabric fabric,
      FabricReport report,
      Directory directory,
      Widening widening,
      Spawner spawner,
      Errands errands,
      Outbox outbox) {
    this.self = self;
    this.fabric = fabric;
    this.report = report;
    this.directory = directory;
    this.widening = widening;
    this.spawner = spawner;
    this.errands = errands;
    this.outbox = outbox;
  }

  /** An agent is gone. */
  void agentLost(Instant now) {
    lastLoss = now;
    lookSoon();
  }

  /** The group has changed, or rows have come. */
  void lookSoon() {
    if (!looking && directory.holdsLostRows()) {
      looking = true;
      outbox.setTimer(new AgentTimer.RescueDue(), LOOK_INTERVAL);
    }
  }

  /** An agent is back: what is lost with it next is to be placed anew once more. */
  void agentCame(AgentId agent) {
    begun.keySet().removeIf(process -> process.agent().equals(agent));
    asked.keySet().removeIf(process -> process.agent().equals(agent));
  }

  void due(Instant now) {
    looking = false;
    List<AgentId> members = fabric.groupMembers();
    if (!members.isEmpty() && members.getFirst().equals(self.agent())) {
      SortedMap<Name, List<Lost>> due = new TreeMap<>();
      directory
          .lostRows()
          .forEach(
              (agent, rows) -> {
                long sinceMillis = directory.lostSinceMillis(agent);
                for (ProcessRow row : rows) {
                  due(now, row, sinceMillis)
                      .ifPresent(
                          lost ->
                              due.computeIfAbsent(row.tenant(), unused -> new ArrayList<>())
                                  .add(lost));
                }
              });
      due.forEach((tenant, lost) -> look(now, tenant, lost));
    }
    lookSoon();
  }

  /** A row that may have to be placed anew, and how. */
  private record Lost(ProcessRow row, ProcessTemplate template) {
    ProcessId id() {
      return row.id();
    }
  }

  /** Whether it is time to look for who runs in the place of {@code row}. */
  private Optional<Lost> due(Instant now, ProcessRow row, long lostSinceMillis) {
    Optional<ProcessTemplate> template = Restarts.template(row);
    long after = template.map(its -> its.terms().lifecycle().rescheduleMillis()).orElse(0L);
    boolean wanted = row.state().isLive() && row.state() != ProcessState.REQUESTED;
    if (!wanted || after == 0 || now.toEpochMilli() - lostSinceMillis < after) {
      return Optional.empty();
    }
    Optional<Instant> settled = begun.get(row.id());
    if (settled != null && !isInDoubt(settled, now, after)) {
      return Optional.empty();
    }
    begun.put(row.id(), Optional.empty());
    return template.map(its -> new Lost(row, its));
  }

  /** What runs in its place may have been lost meanwhile, and nobody here have heard of it. */
  private boolean isInDoubt(Optional<Instant> settled, Instant now, long afterMillis) {
    return settled.isPresent()
        && settled.get().isBefore(lastLoss)
        && !lastLoss.plusMillis(afterMillis).isAfter(now);
  }

  private void look(Instant now, Name tenant, List<Lost> all) {
    directory.ask(
        now,
        Filter.ofTenant(Optional.of(tenant), false),
        report.reach(),
        ASK_DEADLINE,
        (rows, missing) -> {
          SortedSet<ProcessId> superseded = new TreeSet<>();
          rows.forEach(view -> superseded.addAll(view.row().supersedes()));
          for (Lost lost : all) {
            if (superseded.contains(lost.id())) {
              settled(lost.id());
            } else {
              found(lost, missing.isEmpty(), witnesses(lost, rows));
            }
          }
        });
  }

  private void settled(ProcessId lost) {
    begun.put(lost, Optional.of(outbox.now()));
    asked.remove(lost);
  }

  /**
   * Nobody tells of a process in its place.
   *
   * @param byAll whether all have answered
   */
  private void found(Lost lost, boolean byAll, Deque<AgentId> witnesses) {
    boolean askAgain = !byAll && asked.merge(lost.id(), 1, Integer::sum) <= ASKED_AGAIN_MAX;
    if (askAgain || !directory.isLost(lost.id().agent())) {
      begun.remove(lost.id());
    } else {
      placeUnlessCalledOff(lost, witnesses);
    }
  }

  /**
   * Who may know whether the spawn of a lost process was called off: the agent that asked for it,
   * and the first of those that have others of it, which decide together if that one is gone.
   */
  private Deque<AgentId> witnesses(Lost lost, List<RowView> rows) {
    SortedSet<AgentId> siblings = new TreeSet<>();
    for (RowView view : rows) {
      if (view.row().request().equals(lost.row().request())) {
        siblings.add(view.row().id().agent());
      }
    }
    Deque<AgentId> witnesses = new ArrayDeque<>();
    Optional<AgentId> requester =
        RequestKey.parse(lost.row().request()).map(key -> key.requester().agent());
    requester.filter(this::isPresent).ifPresent(witnesses::add);
    siblings.stream()
        .filter(agent -> isPresent(agent) && !requester.equals(Optional.of(agent)))
        .limit(WITNESSES_MAX)
        .forEach(witnesses::add);
    return witnesses;
  }

  private boolean isPresent(AgentId agent) {
    return agent.equals(self.agent()) || fabric.bootOf(agent).isPresent();
  }

  /** A lost agent may have let go what the others of its spawn called off because of the loss. */
  private void placeUnlessCalledOff(Lost lost, Deque<AgentId> witnesses) {
    Optional<RequestKey> request = RequestKey.parse(lost.row().request());
    AgentId witness = witnesses.poll();
    if (request.isEmpty() || witness == null) {
      place(lost.id(), lost.template().inPlaceOf(lost.id()));
      return;
    }
    // It is asked of the agent, of which any id will do.
    errands.run(
        Optional.empty(),
        new ProcessId(new AgentBoot(witness, 1), 1),
        new Errand.IsCalledOff(request.get()),
        ASK_DEADLINE,
        outcome -> {
          if (!directory.isLost(lost.id().agent()) || outcome instanceof Errand.Outcome.Unknown) {
            begun.remove(lost.id());
          } else if (outcome instanceof Errand.Outcome.Done) {
            settled(lost.id());
          } else {
            placeUnlessCalledOff(lost, witnesses);
          }
        });
  }

  private void place(ProcessId lost, ProcessTemplate template) {
    List<Component> components = List.of(new Component(template, 1));
    spawner.spawn(
        outbox.now(),
        components,
        Duration.ZERO,
        widening.circles(components),
        new Spawner.Placed() {
          @Override
          public void placed(List<ProcessId> processes, Decision decision) {
            // Whoever runs it tells the lost agent when that returns.
            settled(lost);
          }

          @Override
          public void planned(Decision decision) {
            begun.remove(lost);
          }

          @Override
          public void refused(PlacementEffect.Refusal refusal, Optional<Decision> decision) {
            begun.remove(lost);
          }
        });
  }
}
