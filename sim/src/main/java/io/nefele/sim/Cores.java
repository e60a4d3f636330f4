package io.nefele.sim;

import io.nefele.agent.core.AgentConfig;
import io.nefele.agent.core.AgentCore;
import io.nefele.hierarchy.HierarchyConfig;
import io.nefele.sim.world.CoreFactory;
import io.nefele.sim.world.GossipAlone;
import java.util.ArrayList;
import java.util.List;

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

  /** Agents that take part in a second service beside the one that all are in. */
  static CoreFactory withSecondService(HierarchyConfig second) {
    return (config, random) -> {
      List<HierarchyConfig> services = new ArrayList<>(config.services());
      services.add(second);
      return new AgentCore(
          new AgentConfig(config.self(), config.gossip(), config.profile(), services), random);
    };
  }
}
