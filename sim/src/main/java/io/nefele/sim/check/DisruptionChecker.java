package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.core.ProcessId;
import io.nefele.placement.ProcessTemplate;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import io.nefele.table.Health;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Invariant L10: while nothing else is wrong, no more processes of a name are down because the
 * fabric moves them than its disruption budget allows.
 */
public final class DisruptionChecker implements Watcher {
  private static final int SIGTERM = 15;

  /** Two keepers of one budget may have been at work so long after something went wrong. */
  private static final long CALM_NANOS = 20_000_000_000L;

  private final Supplier<World> world;
  private final LongSupplier disturbedAtNanos;
  private final Predicate<Life> isDrained;
  private final Predicate<Life> isGivenUp;
  private final Sometimes sometimes;
  private final SortedMap<ProcessId, Down> down = new TreeMap<>();

  private record Down(String name, Life life) {}

  /**
   * @param isDrained whether a life knows that it is drained
   * @param isGivenUp whether a life is cut off for ever: it is of a fabric of its own
   */
  public DisruptionChecker(
      Supplier<World> world,
      LongSupplier disturbedAtNanos,
      Predicate<Life> isDrained,
      Predicate<Life> isGivenUp,
      Sometimes sometimes) {
    this.world = world;
    this.disturbedAtNanos = disturbedAtNanos;
    this.isDrained = isDrained;
    this.isGivenUp = isGivenUp;
    this.sometimes = sometimes;
  }

  /** What it had told to end may go on. */
  @Override
  public void ended(Life life, String how) {
    down.values().removeIf(its -> its.life.equals(life));
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    switch (effect) {
      case AgentEffect.Signal(var process, int signal) when signal == SIGTERM -> end(life, process);
      case AgentEffect.Spawn spawn -> down.remove(spawn.process());
      case AgentEffect.Persist(ProcessRow row) -> {
        if (!row.state().isLive()) {
          down.remove(row.id());
        } else if (row.state() == ProcessState.RUNNING) {
          row.supersedes().forEach(down::remove);
        }
      }
      default -> {}
    }
  }

  private void end(Life life, ProcessId process) {
    ProcessRow row = life.server().rows().get(process);
    if (row == null
        || row.state() != ProcessState.RUNNING
        || row.stopped()
        || row.health() == Health.UNHEALTHY
        || row.health() == Health.PREEMPTED) {
      return;
    }
    Optional<ProcessTemplate> template =
        row.revival().flatMap(its -> its.template().read(ProcessTemplate.CODEC));
    int budget = template.map(its -> its.terms().lifecycle().disruptions()).orElse(0);
    if (budget == 0 || row.name().isEmpty()) {
      return;
    }
    if (!isDrained.test(life)) {
      sometimes.happened(Sometimes.Thing.PROCESS_REBALANCED);
    }
    String name = row.tenant() + " " + row.name().get();
    down.put(process, new Down(name, life));
    long now =
        down.values().stream()
            .filter(its -> its.name.equals(name) && !isGivenUp.test(its.life))
            .count();
    boolean calm = world.get().time().nowNanos() - disturbedAtNanos.getAsLong() >= CALM_NANOS;
    if (calm && now > budget) {
      throw new Violation(
          "L10", life + " ends " + process + " to move it, and of " + name + " are down " + down);
    }
  }
}
