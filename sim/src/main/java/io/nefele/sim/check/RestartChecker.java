package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.core.ProcessId;
import io.nefele.core.RestartPolicy;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.ProcessHost;
import io.nefele.sim.world.Server;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import io.nefele.table.Health;
import io.nefele.table.ProcessRow;
import io.nefele.table.Revival;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Invariants L1 and L2: a process is started again when and only when its policy says so. */
public final class RestartChecker implements Watcher {
  /** Nothing is decided or done in less, whatever the clocks. */
  private static final long SLACK_MILLIS = 10;

  /** What a start may take beyond its delay, an agent that came back in between among it. */
  private static final long OVERDUE_MILLIS = 6_000;

  private final Supplier<World> world;
  private final Sometimes sometimes;
  private final SortedMap<String, Ended> ended = new TreeMap<>();

  /** Since when, in true time. */
  private final SortedMap<String, Long> waitingSinceMillis = new TreeMap<>();

  /** Those that were not well when they ended: they have failed, whatever their exit code. */
  private final SortedSet<String> unhealthy = new TreeSet<>();

  private record Ended(int exitCode, long atNanos) {}

  public RestartChecker(Supplier<World> world, Sometimes sometimes) {
    this.world = world;
    this.sometimes = sometimes;
  }

  /** Whoever returns waits anew, and may have lost with its disk how a process ended. */
  @Override
  public void began(Life life) {
    ended.keySet().removeIf(process -> process.startsWith(life.place() + "/"));
    waiting(life.server())
        .forEach(row -> waitingSinceMillis.put(HealthChecker.at(life, row.id()), nowMillis()));
  }

  @Override
  public void input(Life life, AgentInput input) {
    if (input instanceof AgentInput.ProcessExited(var process, var ending)) {
      ended.put(
          HealthChecker.at(life, process),
          new Ended(ending.exitCode(), world.get().time().nowNanos()));
      // An earlier life may have written that down and crashed at once.
      ProcessRow row = life.server().rows().get(process);
      if (row != null && row.health() == Health.UNHEALTHY) {
        unhealthy.add(HealthChecker.at(life, process));
      }
    }
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    if (effect instanceof AgentEffect.Persist(ProcessRow row) && row.awaitsRestart()) {
      waitingSinceMillis.put(HealthChecker.at(life, row.id()), nowMillis());
    }
    if (effect instanceof AgentEffect.Persist(ProcessRow row) && row.health() == Health.UNHEALTHY) {
      unhealthy.add(HealthChecker.at(life, row.id()));
    }
    if (effect instanceof AgentEffect.Spawn spawn) {
      Optional<ProcessRow> row = Optional.ofNullable(life.server().rows().get(spawn.process()));
      // The first time it has no row: that is written when all of its spawn are there.
      row.ifPresent(its -> startedAgain(life, spawn, its));
    }
  }

  /** L1. */
  private void startedAgain(Life life, AgentEffect.Spawn spawn, ProcessRow row) {
    ProcessId process = spawn.process();
    sometimes.happened(Sometimes.Thing.PROCESS_RESTARTED);
    ProcessHost.Entry entry = life.server().processes().entries().get(process);
    if (entry != null && entry.stage() != ProcessHost.Stage.EXITED) {
      throw new Violation("L1", life + " starts " + process + " while it runs");
    }
    RestartPolicy policy = spawn.template().terms().lifecycle().restart();
    int attempts = row.revival().map(Revival::attempts).orElse(0);
    if (!row.state().isLive() || attempts == 0 || !policy.restarts()) {
      throw new Violation("L1", life + " starts again what has ended for good: " + row);
    }
    if (policy.most() > 0 && attempts > policy.most()) {
      throw new Violation(
          "L1", life + " starts " + process + " a " + attempts + ". time: " + policy.text());
    }
    Ended last = ended.get(HealthChecker.at(life, process));
    if (last != null) {
      long sinceMillis = (world.get().time().nowNanos() - last.atNanos) / 1_000_000;
      if (last.exitCode == 0
          && !unhealthy.remove(HealthChecker.at(life, process))
          && policy.when() == RestartPolicy.When.ON_FAILURE) {
        throw new Violation("L1", life + " starts " + process + " again, which had not failed");
      }
      if (sinceMillis < RestartPolicy.delayMillis(1) - SLACK_MILLIS) {
        throw new Violation(
            "L1", life + " starts " + process + " again " + sinceMillis + " ms after its end");
      }
    }
  }

  /** L2: none of those that are to be started again is left lying. */
  public Optional<Violation> atRest(List<Life> core) {
    long now = nowMillis();
    for (Life life : core) {
      for (ProcessRow row : waiting(life.server())) {
        int attempts = row.revival().map(Revival::attempts).orElse(0);
        long dueMillis =
            waitingSinceMillis.getOrDefault(HealthChecker.at(life, row.id()), 0L)
                + RestartPolicy.delayMillis(attempts);
        // Whether its program comes is S2's.
        if (ShippingChecker.lacksProgram(life.server(), row)) {
          continue;
        }
        if (attempts == 0 || now > dueMillis + OVERDUE_MILLIS) {
          return Optional.of(new Violation("L2", life + " does not start " + row + " again"));
        }
      }
    }
    return Optional.empty();
  }

  private long nowMillis() {
    return world.get().time().nowNanos() / 1_000_000;
  }

  /** The rows of a server whose processes have ended and are to be started again there. */
  static List<ProcessRow> waiting(Server server) {
    var entries = server.processes().entries();
    return server.rows().values().stream()
        .filter(row -> row.kind() == ProcessRow.Kind.PROCESS)
        .filter(row -> row.awaitsRestart() && !row.isDisplaced())
        .filter(
            row -> {
              ProcessHost.Entry entry = entries.get(row.id());
              return entry == null || entry.stage() == ProcessHost.Stage.EXITED;
            })
        .toList();
  }
}
