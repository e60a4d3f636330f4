package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.core.AgentId;
import io.nefele.core.Priority;
import io.nefele.core.ProcessId;
import io.nefele.placement.PlacementMessage;
import io.nefele.placement.RequestKey;
import io.nefele.placement.Resources;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import io.nefele.table.Health;
import io.nefele.table.ProcessRow;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Invariants P7 and P8: processes give way to higher priorities of their tenant alone, and only
 * once all servers have agreed; and what can be started again is, as soon as there is room.
 */
public final class PreemptionChecker implements Watcher {
  /** Places are looked for every few seconds, for one after the other. */
  private static final long OVERDUE_NANOS = 10_000_000_000L;

  private final Supplier<World> world;
  private final Predicate<Life> isDrained;
  private final Sometimes sometimes;

  /** Who has said that it holds its share of a request. */
  private final SortedMap<RequestKey, SortedSet<AgentId>> agreed = new TreeMap<>();

  /** Of whom a share was asked for which others have to end. */
  private final SortedMap<RequestKey, SortedSet<AgentId>> preempting = new TreeMap<>();

  private final SortedSet<ProcessId> displaced = new TreeSet<>();

  /** Since when there has been room for those that wait. */
  private final SortedMap<ProcessId, Long> startableSince = new TreeMap<>();

  /**
   * @param isDrained whether a life knows that it is drained
   */
  public PreemptionChecker(Supplier<World> world, Predicate<Life> isDrained, Sometimes sometimes) {
    this.world = world;
    this.isDrained = isDrained;
    this.sometimes = sometimes;
  }

  @Override
  public void input(Life life, AgentInput input) {
    if (input
        instanceof
        AgentInput.MessageArrived(var from, AgentMessage.OfPlacement(PlacementMessage.Kept kept))) {
      agreed.computeIfAbsent(kept.key(), key -> new TreeSet<>()).add(from.agent());
    }
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    switch (effect) {
      case AgentEffect.Send(var to, AgentMessage.OfPlacement(PlacementMessage.Keep keep))
          when keep.preempts() ->
          preempting.computeIfAbsent(keep.key(), key -> new TreeSet<>()).add(to.agent());
      case AgentEffect.Send(var to, AgentMessage.OfPlacement(PlacementMessage.Commit commit)) ->
          committed(life, commit);
      case AgentEffect.Persist(ProcessRow row) -> persisted(life, row);
      default -> {}
    }
  }

  /** What an agent agrees on with itself is not seen here. */
  private void committed(Life life, PlacementMessage.Commit commit) {
    if (!preempting.containsKey(commit.key())) {
      return;
    }
    for (AgentId agent : commit.participants()) {
      boolean has = agreed.getOrDefault(commit.key(), new TreeSet<>()).contains(agent);
      if (!has && !agent.equals(life.boot().agent())) {
        throw new Violation(
            "P7", life + " commits " + commit.key() + ", to which " + agent + " has not agreed");
      }
    }
  }

  private void persisted(Life life, ProcessRow row) {
    if (row.state().isLive() && row.health() != Health.PREEMPTED) {
      row.supersedes().stream()
          .filter(displaced::remove)
          .forEach(old -> sometimes.happened(Sometimes.Thing.PROCESS_DISPLACED));
    }
    if (row.health() != Health.PREEMPTED) {
      return;
    }
    ProcessRow before = life.server().rows().get(row.id());
    if (before == null || before.health() == Health.PREEMPTED) {
      return;
    }
    sometimes.happened(Sometimes.Thing.PROCESS_PREEMPTED);
    displaced.add(row.id());
    int asked = world.get().clients().highestPriority(row.tenant());
    if (Priority.of(row.labels()) >= asked) {
      throw new Violation(
          "P7", life + " ends " + row.id() + " for others, though nothing matters more than it");
    }
  }

  /** P8: none of those is left lying for which there has been room all the time. */
  public Optional<Violation> atRest(List<Life> core) {
    awaitsPlace(core);
    long now = world.get().time().nowNanos();
    return startableSince.entrySet().stream()
        .filter(entry -> now - entry.getValue() > OVERDUE_NANOS)
        .map(entry -> new Violation("P8", "there is room for " + entry.getKey() + ", which waits"))
        .findFirst();
  }

  /** Whether one that gave way waits though a server has room for it; to be asked often. */
  public boolean awaitsPlace(List<Life> core) {
    SortedSet<ProcessId> startable = new TreeSet<>();
    for (Life life : core) {
      for (ProcessRow row : life.server().rows().values()) {
        if (row.isDisplaced()
            && !ShippingChecker.lacksProgram(life.server(), row)
            && hasRoom(core, Resources.of(row.cpuMillis(), row.memoryBytes(), row.resources()))) {
          startable.add(row.id());
        }
      }
    }
    startableSince.keySet().retainAll(startable);
    startable.forEach(
        process -> startableSince.putIfAbsent(process, world.get().time().nowNanos()));
    return !startable.isEmpty();
  }

  private boolean hasRoom(List<Life> core, Resources needs) {
    return core.stream()
        .filter(life -> !isDrained.test(life))
        .anyMatch(life -> PlacementChecker.left(life.server()).covers(needs));
  }
}
