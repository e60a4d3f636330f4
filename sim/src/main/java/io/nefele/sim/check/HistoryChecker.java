package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.core.ProgramId;
import io.nefele.core.Sizing;
import io.nefele.placement.ProcessTemplate;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.ProcessHost;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import io.nefele.table.history.Estimate;
import io.nefele.table.history.ProgramUse;
import io.nefele.wire.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Invariants U1 and U2: all agents get to know what programs use, and what is filled in is what the
 * same program of the same tenant has used.
 */
public final class HistoryChecker implements Watcher {
  private static final long SPREAD_NANOS = 25_000_000_000L;

  private final Supplier<World> world;
  private final Sometimes sometimes;

  /** The most that runs of a program have used. */
  private final Map<Program, Long> most = new LinkedHashMap<>();

  private final Map<Life, Long> begunAt = new LinkedHashMap<>();

  private final Map<ProgramUse.Key, Kept> kept = new LinkedHashMap<>();

  private record Program(Name tenant, ProgramId id) {}

  private record Kept(Life by, ProgramUse use, long atNanos) {}

  public HistoryChecker(Supplier<World> world, Sometimes sometimes) {
    this.world = world;
    this.sometimes = sometimes;
  }

  @Override
  public void began(Life life) {
    begunAt.put(life, world.get().time().nowNanos());
  }

  @Override
  public void input(Life life, AgentInput input) {
    switch (input) {
      case AgentInput.ProcessExited(var process, var ending) ->
          used(life, process, ending.memoryBytes());
      case AgentInput.Measured(var measurements) ->
          measurements.forEach(its -> used(life, its.process(), its.memoryBytes()));
      case AgentInput.Booted booted ->
          booted
              .processes()
              .forEach(
                  (process, survivor) -> {
                    if (survivor instanceof AgentInput.Survivor.Exited(var ending)) {
                      used(life, process, ending.memoryBytes());
                    }
                  });
      default -> {}
    }
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    switch (effect) {
      case AgentEffect.KeepUse(var use) ->
          kept.put(use.key(), new Kept(life, use, world.get().time().nowNanos()));
      case AgentEffect.Spawn(var process, var template, boolean gated, var beside) ->
          made(life, process, template);
      default -> {}
    }
  }

  private void used(Life life, ProcessId process, long memoryBytes) {
    Optional.ofNullable(life.server().processes().entries().get(process))
        .map(ProcessHost.Entry::template)
        .flatMap(HistoryChecker::programOf)
        .ifPresent(program -> most.merge(program, memoryBytes, Math::max));
  }

  private static Optional<Program> programOf(ProcessTemplate template) {
    return template.terms().sizing().program().map(id -> new Program(template.tenant(), id));
  }

  /** U2. */
  private void made(Life life, ProcessId process, ProcessTemplate template) {
    if (template.terms().sizing().memory() != Sizing.Source.HISTORY) {
      return;
    }
    sometimes.happened(Sometimes.Thing.SIZE_FILLED_IN);
    Program program = programOf(template).orElseThrow();
    long used = most.getOrDefault(program, 0L);
    // What is learnt is right to a quarter.
    long expected = Estimate.memoryToSetAside(used + used / 4);
    long granted = template.demand().memoryBytes();
    if (granted > expected) {
      throw new Violation(
          "U2",
          life
              + " sets aside "
              + granted
              + " bytes for "
              + process
              + ", though "
              + program
              + " used at most "
              + used);
    }
  }

  /** U1, from the answer of one. */
  public Optional<Violation> answered(Life asked, Response answer, List<Life> core) {
    if (!(answer instanceof Response.History(var programs))) {
      return Optional.of(new Violation("A1", asked + " answers " + answer));
    }
    long old = world.get().time().nowNanos() - SPREAD_NANOS;
    if (begunAt.getOrDefault(asked, old) >= old) {
      return Optional.empty();
    }
    for (Kept its : kept.values()) {
      ProgramUse.Key key = its.use.key();
      boolean known =
          programs.stream()
              .anyMatch(
                  row ->
                      row.tenant().equals(key.tenant().text())
                          && row.program().equals(key.program().toString())
                          && row.lastMillis() >= its.use.stamp());
      if (!known && its.atNanos < old && core.contains(its.by)) {
        return Optional.of(
            new Violation("U1", asked + " does not know what " + its.by + " has seen: " + its.use));
      }
    }
    return Optional.empty();
  }
}
