package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentConfig;
import io.nefele.agent.core.AgentCore;
import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.core.AgentBoot;
import io.nefele.core.Core;
import io.nefele.core.SeededStreams;
import io.nefele.sim.world.Codecs;
import io.nefele.sim.world.CoreFactory;

/** Makes agents that are wrong in one way. */
record MutantFactory(Mutant mutant) implements CoreFactory {

  @Override
  public Core<AgentInput, AgentEffect> create(AgentConfig config, SeededStreams random) {
    boolean boasts = mutant == Mutant.OVERCOMMITS;
    AgentConfig told = boasts ? PlacementSurgeries.boasting(config) : config;
    return new Patient(new AgentCore(told, random), mutant.surgery(config));
  }

  @Override
  public Codecs codecs() {
    return mutant == Mutant.FORGETS_A_FIELD ? CodecSurgeries.forgetful() : Codecs.OURS;
  }

  @Override
  public AgentInput arriving(AgentBoot at, AgentInput input) {
    return mutant.arriving(at, input);
  }
}
