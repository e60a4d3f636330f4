package io.nefele.sim.world;

import io.nefele.agent.core.AgentConfig;
import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.core.AgentBoot;
import io.nefele.core.Core;
import io.nefele.core.SeededStreams;

/** Makes what is simulated: the agent's core, a part of it, or a mutant. */
public interface CoreFactory {

  /** What the messages of the cores are written and read with. */
  default Codecs codecs() {
    return Codecs.OURS;
  }

  /** The core of one life. */
  Core<AgentInput, AgentEffect> create(AgentConfig config, SeededStreams random);

  /** What a life gets of {@code input}: a transport that is wrong changes it. */
  default AgentInput arriving(AgentBoot at, AgentInput input) {
    return input;
  }
}
