package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.ProcessHost;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import io.nefele.table.tenant.RegistryEntry;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Invariants L5 and L6: of a process and its successor one runs, and a drained agent takes none.
 */
public final class SuccessionChecker implements Watcher {
  private final Sometimes sometimes;

  /** The serial numbers of lives that know that they are drained. */
  private final SortedSet<Integer> drained = new TreeSet<>();

  public SuccessionChecker(Sometimes sometimes) {
    this.sometimes = sometimes;
  }

  @Override
  public void input(Life life, AgentInput input) {
    if (input instanceof AgentInput.Booted booted) {
      booted.registry().forEach(entry -> told(life, entry));
    }
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    switch (effect) {
      case AgentEffect.Register(var entry) -> told(life, entry);
      case AgentEffect.Spawn spawn when spawn.beside().isEmpty() -> made(life, spawn);
      case AgentEffect.Persist(ProcessRow row)
          when row.state() == ProcessState.RUNNING && !row.supersedes().isEmpty() ->
          sometimes.happened(Sometimes.Thing.PROCESS_SUPERSEDED);
      default -> {}
    }
  }

  /** Whether the life knows that it is drained. */
  public boolean isDrained(Life life) {
    return drained.contains(life.serial());
  }

  private void told(Life life, RegistryEntry entry) {
    if (entry.content() instanceof RegistryEntry.Drained(AgentId agent, boolean is)
        && agent.equals(life.boot().agent())) {
      if (is) {
        drained.add(life.serial());
      } else {
        drained.remove(life.serial());
      }
    }
  }

  /** L6. */
  private void made(Life life, AgentEffect.Spawn spawn) {
    boolean again = life.server().rows().containsKey(spawn.process());
    if (drained.contains(life.serial()) && !again) {
      throw new Violation("L6", life + " is drained and makes " + spawn.process());
    }
  }

  /** L5. */
  public static Optional<Violation> atRest(List<Life> core) {
    SortedSet<ProcessId> running = new TreeSet<>();
    for (Life life : core) {
      life.server()
          .processes()
          .entries()
          .forEach(
              (id, entry) -> {
                if (entry.stage() == ProcessHost.Stage.RUNNING) {
                  running.add(id);
                }
              });
    }
    for (Life life : core) {
      for (ProcessRow row : life.server().rows().values()) {
        for (ProcessId old : row.supersedes()) {
          if (running.contains(row.id()) && running.contains(old)) {
            return Optional.of(
                new Violation("L5", life + " runs " + row.id() + " in place of " + old));
          }
        }
      }
    }
    return Optional.empty();
  }
}
