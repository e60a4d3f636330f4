package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.agent.core.AgentTimer;
import io.nefele.placement.PlacementMessage;
import io.nefele.table.Health;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import java.util.ArrayList;
import java.util.List;

/** What goes wrong where processes give way to others. */
final class PreemptionSurgeries {
  private static final int SIGTERM = 15;

  private PreemptionSurgeries() {}

  /** Ends what runs for whatever is to run. */
  static final class EndsAnybody implements Surgery {
    private final List<ProcessRow> running = new ArrayList<>();

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect instanceof AgentEffect.Persist(ProcessRow row)) {
        running.removeIf(other -> other.id().equals(row.id()));
        if (row.kind() == ProcessRow.Kind.PROCESS && row.state() == ProcessState.RUNNING) {
          running.add(row);
        }
      }
      if (!(effect instanceof AgentEffect.Spawn) || running.isEmpty()) {
        return List.of(effect);
      }
      ProcessRow victim = running.removeFirst();
      return List.of(
          new AgentEffect.Persist(victim.with(Health.PREEMPTED)),
          new AgentEffect.Signal(victim.id(), SIGTERM),
          effect);
    }
  }

  /** Does not wait until all have agreed. */
  static final class EndsAtOnce implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect
                  instanceof
                  AgentEffect.Send(var to, AgentMessage.OfPlacement(PlacementMessage.Keep keep))
              && keep.preempts()
          ? List.of(
              effect,
              new AgentEffect.Send(
                  to,
                  new AgentMessage.OfPlacement(
                      new PlacementMessage.Commit(
                          keep.key(), keep.components(), true, List.of(to.agent())))))
          : List.of(effect);
    }
  }

  /** Never looks for a place for what gave way. */
  static Surgery forgetsTheDisplaced() {
    return Surgery.deafTo(
        input -> input instanceof AgentInput.TimerFired(AgentTimer.DisplacedDue due));
  }
}
