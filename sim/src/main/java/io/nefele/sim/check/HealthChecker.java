package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentTimer;
import io.nefele.core.HealthCheck;
import io.nefele.core.Probe;
import io.nefele.core.ProcessId;
import io.nefele.placement.ProcessTemplate;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.ProcessHost;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import io.nefele.table.Health;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Invariants L3 and L4: who is taken to be unwell has failed its checks, and all are checked. */
public final class HealthChecker implements Watcher {
  /** What a check may be late, beyond its interval and what the one before may take. */
  private static final long LATE_MILLIS = 3_000;

  private final Supplier<World> world;
  private final Sometimes sometimes;

  /** Whom each check is of. */
  private final SortedMap<ProcessId, ProcessId> checked = new TreeMap<>();

  /** How many checks of a process have failed since one succeeded. */
  private final SortedMap<String, Integer> failures = new TreeMap<>();

  private final SortedMap<String, Long> checkedAtMillis = new TreeMap<>();

  public HealthChecker(Supplier<World> world, Sometimes sometimes) {
    this.world = world;
    this.sometimes = sometimes;
  }

  @Override
  public void input(Life life, AgentInput input) {
    switch (input) {
      case AgentInput.ProcessExited(var check, var ending) when checked.containsKey(check) ->
          failures.merge(
              at(life, checked.get(check)),
              1,
              (before, one) -> ending.exitCode() == 0 ? 0 : before + one);
      // How a check ends that has outlived its process does not matter, nor that it was given up.
      case AgentInput.ProcessExited(var process, var ending) ->
          checked.values().removeIf(process::equals);
      case AgentInput.TimerFired(AgentTimer.HealthOverdue(var process)) -> {
        checked.values().removeIf(process::equals);
        failures.merge(at(life, process), 1, Integer::sum);
      }
      case AgentInput.ProcessStarted(var process) ->
          checkedAtMillis.put(at(life, process), nowMillis());
      default -> {}
    }
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    switch (effect) {
      case AgentEffect.Spawn spawn when spawn.beside().isPresent() -> {
        checked.put(spawn.process(), spawn.beside().get());
        checkedAtMillis.put(at(life, spawn.beside().get()), nowMillis());
      }
      case AgentEffect.TryPort attempt -> {
        checked.put(attempt.check(), attempt.beside());
        checkedAtMillis.put(at(life, attempt.beside()), nowMillis());
      }
      // A call has no process: it begins with its timer, which is taken back when the answer comes.
      case AgentEffect.SetTimer(AgentTimer.HealthOverdue(var process), var delay)
          when isCalled(life, process) ->
          checkedAtMillis.put(at(life, process), nowMillis());
      case AgentEffect.CancelTimer(AgentTimer.HealthOverdue(var process))
          when isCalled(life, process) ->
          failures.remove(at(life, process));
      case AgentEffect.Persist(ProcessRow row) when row.health() == Health.UNHEALTHY ->
          unhealthy(life, row);
      default -> {}
    }
  }

  /** L3. */
  private void unhealthy(Life life, ProcessRow row) {
    sometimes.happened(Sometimes.Thing.PROCESS_UNHEALTHY);
    int failed = failures.getOrDefault(at(life, row.id()), 0);
    int retries = check(row).map(HealthCheck::retries).orElse(1);
    if (failed < retries) {
      throw new Violation(
          "L3", life + " takes " + row.id() + " for unwell after " + failed + " of " + retries);
    }
  }

  /** L4. */
  public Optional<Violation> atRest(List<Life> core) {
    for (Life life : core) {
      for (var entry : life.server().processes().entries().entrySet()) {
        Optional<HealthCheck> check = entry.getValue().template().terms().lifecycle().health();
        ProcessRow row = life.server().rows().get(entry.getKey());
        if (check.isEmpty()
            || row == null
            || row.revival().isEmpty()
            || row.state() != ProcessState.RUNNING
            || entry.getValue().stage() != ProcessHost.Stage.RUNNING) {
          continue;
        }
        long due =
            checkedAtMillis.getOrDefault(at(life, entry.getKey()), 0L)
                + check.get().intervalMillis()
                + check.get().timeoutMillis();
        if (nowMillis() > due + LATE_MILLIS) {
          return Optional.of(new Violation("L4", life + " does not check " + row));
        }
      }
    }
    return Optional.empty();
  }

  /** On one server: a server may be copied, with its processes. */
  static String at(Life life, ProcessId process) {
    return life.place() + "/" + process;
  }

  private static boolean isCalled(Life life, ProcessId process) {
    return Optional.ofNullable(life.server().rows().get(process))
        .flatMap(HealthChecker::check)
        .filter(check -> check.probe() instanceof Probe.Call)
        .isPresent();
  }

  private static Optional<HealthCheck> check(ProcessRow row) {
    return row.revival()
        .flatMap(its -> its.template().read(ProcessTemplate.CODEC))
        .flatMap(template -> template.terms().lifecycle().health());
  }

  private long nowMillis() {
    return world.get().time().nowNanos() / 1_000_000;
  }
}
