package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.core.Core;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A core with a {@link Surgery} around it. */
final class Patient implements Core<AgentInput, AgentEffect> {
  private final Core<AgentInput, AgentEffect> core;
  private final Surgery surgery;

  Patient(Core<AgentInput, AgentEffect> core, Surgery surgery) {
    this.core = core;
    this.surgery = surgery;
  }

  @Override
  public List<AgentEffect> step(Instant now, AgentInput input) {
    List<AgentEffect> effects = new ArrayList<>();
    for (AgentInput changed : surgery.input(input)) {
      run(now, changed, effects);
    }
    for (AgentInput more : surgery.afterwards()) {
      run(now, more, effects);
    }
    return effects;
  }

  private void run(Instant now, AgentInput input, List<AgentEffect> effects) {
    for (AgentEffect effect : core.step(now, input)) {
      effects.addAll(surgery.effect(effect));
    }
  }
}
