package io.nefele.sim;

import io.nefele.agent.core.AgentCore;
import io.nefele.sim.world.CoreFactory;
import io.nefele.sim.world.GossipAlone;

/** Which part of an agent is simulated. */
enum Cores {
  AGENT(AgentCore::new),
  GOSSIP(GossipAlone::new);

  private final CoreFactory factory;

  Cores(CoreFactory factory) {
    this.factory = factory;
  }

  CoreFactory factory() {
    return factory;
  }
}
