package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.agent.core.AgentTimer;
import io.nefele.agent.core.DisruptionMessage;
import io.nefele.agent.core.Errand;
import io.nefele.agent.core.ErrandMessage;
import io.nefele.core.AgentBoot;
import io.nefele.core.ProcessId;
import io.nefele.table.Health;
import io.nefele.table.ProcessRow;
import io.nefele.table.tenant.RegistryEntry;
import io.nefele.table.tenant.Stamp;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What goes wrong with processes after their start. */
final class LifecycleSurgeries {
  private LifecycleSurgeries() {}

  static final class NeverRestarts implements Surgery {
    private final SortedSet<ProcessId> made = new TreeSet<>();

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect instanceof AgentEffect.Spawn spawn && !made.add(spawn.process())
          ? List.of()
          : List.of(effect);
    }
  }

  /** Starts whatever has ended, whatever its row says. */
  static final class RevivesTheEnded implements Surgery {
    private final SortedMap<ProcessId, AgentEffect.Spawn> made = new TreeMap<>();

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect instanceof AgentEffect.Spawn spawn && spawn.beside().isEmpty()) {
        made.put(spawn.process(), new AgentEffect.Spawn(spawn.process(), spawn.template(), false));
      }
      if (effect instanceof AgentEffect.AcknowledgeExit(var process)
          && made.get(process) instanceof AgentEffect.Spawn again) {
        return List.of(effect, again);
      }
      return List.of(effect);
    }
  }

  static final class NeverChecks implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      boolean checks =
          effect instanceof AgentEffect.TryPort
              || (effect instanceof AgentEffect.Spawn spawn && spawn.beside().isPresent());
      return checks ? List.of() : List.of(effect);
    }

    @Override
    public List<AgentInput> input(AgentInput input) {
      return input instanceof AgentInput.TimerFired(AgentTimer.HealthOverdue overdue)
          ? List.of()
          : List.of(input);
    }
  }

  /** Takes each check for one that failed. */
  static final class SeesTheUnwell implements Surgery {
    private final SortedSet<ProcessId> checks = new TreeSet<>();

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect instanceof AgentEffect.Spawn spawn && spawn.beside().isPresent()) {
        checks.add(spawn.process());
      }
      if (effect instanceof AgentEffect.TryPort attempt) {
        checks.add(attempt.check());
      }
      return List.of(effect);
    }

    @Override
    public List<AgentInput> input(AgentInput input) {
      return input instanceof AgentInput.ProcessExited(var process, var ending)
              && checks.contains(process)
          ? List.of(
              new AgentInput.ProcessExited(process, new AgentInput.Ending(1, ending.atMillis())))
          : List.of(input);
    }
  }

  /** Goes on with what was placed elsewhere while it was away. */
  static Surgery ignoresSuccessors() {
    return Surgery.deafTo(
        input ->
            input
                    instanceof
                    AgentInput.MessageArrived(
                        var from,
                        AgentMessage.OfErrand(ErrandMessage.Ask ask))
                && ask.errand() instanceof Errand.Superseded);
  }

  /** Keeps budgets and does not count. */
  static final class GrantsEveryMove implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect
              instanceof
              AgentEffect.Send(
                  var to,
                  AgentMessage.OfDisruption(DisruptionMessage.Answer(var process, boolean granted)))
          ? List.of(
              new AgentEffect.Send(
                  to, new AgentMessage.OfDisruption(new DisruptionMessage.Answer(process, true))))
          : List.of(effect);
    }
  }

  /** Lets go at once whatever is to wait for others. */
  static final class StartsTooEarly implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect instanceof AgentEffect.Persist(ProcessRow row) && row.health() == Health.WAITING
          ? List.of(effect, new AgentEffect.Release(List.of(row.id())))
          : List.of(effect);
    }
  }

  static Surgery neverLooksForOthers() {
    return Surgery.deafTo(
        input -> input instanceof AgentInput.TimerFired(AgentTimer.StartOrderDue due));
  }

  static Surgery endsNoIdle() {
    return Surgery.deafTo(input -> input instanceof AgentInput.TimerFired(AgentTimer.PoolsDue due));
  }

  static Surgery keepsWantsToItself() {
    return Surgery.muteOn(
        effect -> effect instanceof AgentEffect.Send(var to, AgentMessage.OfPool pool));
  }

  static Surgery placesNothingAnew() {
    return Surgery.deafTo(
        input -> input instanceof AgentInput.TimerFired(AgentTimer.RescueDue due));
  }

  /** Says that it is drained, and takes processes all the same. */
  static final class TakesWhenDrained implements Surgery {
    private final AgentBoot self;

    TakesWhenDrained(AgentBoot self) {
      this.self = self;
    }

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect instanceof AgentEffect.Spawn
          ? List.of(
              new AgentEffect.Register(
                  new RegistryEntry(
                      new Stamp(1, self.agent()), new RegistryEntry.Drained(self.agent(), true))),
              effect)
          : List.of(effect);
    }
  }
}
