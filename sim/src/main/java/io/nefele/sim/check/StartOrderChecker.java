package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.placement.ProcessTemplate;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.ProcessHost;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import io.nefele.table.Health;
import io.nefele.table.ProcessRow;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Invariants L8 and L9: what starts after others waits for them, and no longer. */
public final class StartOrderChecker implements Watcher {
  /** What is told of a process may be so old: an agent that is cut off is believed to be well. */
  private static final long STALE_MILLIS = 30_000;

  /** Whoever is well for so long has been found. */
  private static final long FOUND_MILLIS = 5_000;

  private final Supplier<World> world;
  private final Sometimes sometimes;

  /** Since when each process is well, by its server. */
  private final SortedMap<String, Well> well = new TreeMap<>();

  /** When somebody of a tenant and name was last seen to be well that is so no more. */
  private final SortedMap<String, Long> wellUntilMillis = new TreeMap<>();

  private record Well(String name, long sinceMillis) {}

  public StartOrderChecker(Supplier<World> world, Sometimes sometimes) {
    this.world = world;
    this.sometimes = sometimes;
  }

  /** A server may have lost its disk, and with it who was well there. */
  @Override
  public void began(Life life) {
    well.entrySet()
        .removeIf(
            its -> {
              boolean here = its.getKey().startsWith(life.place() + "/");
              if (here) {
                wellUntilMillis.put(its.getValue().name, nowMillis());
              }
              return here;
            });
    life.server().rows().values().forEach(row -> told(life, row));
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    switch (effect) {
      case AgentEffect.Persist(ProcessRow row) -> {
        told(life, row);
        if (row.health() == Health.WAITING) {
          sometimes.happened(Sometimes.Thing.PROCESS_HELD);
        }
      }
      case AgentEffect.Spawn spawn when spawn.beside().isEmpty() && !spawn.gated() ->
          go(life, spawn.process(), spawn.template());
      case AgentEffect.Release(var processes) -> {
        for (ProcessId process : processes) {
          ProcessHost.Entry entry = life.server().processes().entries().get(process);
          if (entry != null && entry.stage() == ProcessHost.Stage.GATED) {
            go(life, process, entry.template());
          }
        }
      }
      default -> {}
    }
  }

  private void told(Life life, ProcessRow row) {
    if (row.name().isEmpty()) {
      return;
    }
    String name = row.tenant() + " " + row.name().get();
    String at = HealthChecker.at(life, row.id());
    if (row.isWell()) {
      well.putIfAbsent(at, new Well(name, nowMillis()));
    } else if (well.remove(at) != null) {
      wellUntilMillis.put(name, nowMillis());
    }
  }

  /** L8. */
  private void go(Life life, ProcessId process, ProcessTemplate template) {
    for (Name name : template.terms().lifecycle().after()) {
      String wanted = template.tenant() + " " + name;
      boolean is = well.values().stream().anyMatch(its -> its.name.equals(wanted));
      Long until = wellUntilMillis.get(wanted);
      boolean was = until != null && until > nowMillis() - STALE_MILLIS;
      if (!is && !was) {
        throw new Violation(
            "L8", life + " lets " + process + " start, and nobody well is named " + name);
      }
    }
  }

  /** L9. */
  public Optional<Violation> atRest(List<Life> core) {
    for (Life life : core) {
      for (var entry : life.server().processes().entries().entrySet()) {
        ProcessRow row = life.server().rows().get(entry.getKey());
        if (row == null
            || row.health() != Health.WAITING
            || entry.getValue().stage() != ProcessHost.Stage.GATED) {
          continue;
        }
        ProcessTemplate template = entry.getValue().template();
        boolean all =
            template.terms().lifecycle().after().stream()
                .allMatch(name -> isLongWell(core, template.tenant() + " " + name));
        if (all) {
          return Optional.of(new Violation("L9", life + " holds what may start for long: " + row));
        }
      }
    }
    return Optional.empty();
  }

  private boolean isLongWell(List<Life> core, String name) {
    return well.entrySet().stream()
        .filter(its -> its.getValue().name.equals(name))
        .filter(its -> its.getValue().sinceMillis < nowMillis() - FOUND_MILLIS)
        .anyMatch(
            its -> core.stream().anyMatch(life -> its.getKey().startsWith(life.place() + "/")));
  }

  private long nowMillis() {
    return world.get().time().nowNanos() / 1_000_000;
  }
}
