package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.Endpoint;
import io.nefele.gossip.GossipConfig;
import io.nefele.hierarchy.HierarchyConfig;

/**
 * What an agent is told about itself at its start.
 *
 * @param gossip where it listens for gossip
 * @param membership how it finds out who exists
 * @param profile what it tells everybody; its groups and free resources are kept up to date
 * @param hierarchy how its groups are organised
 */
public record AgentConfig(
    AgentBoot self,
    Endpoint gossip,
    GossipConfig membership,
    AgentProfile profile,
    HierarchyConfig hierarchy) {

  /** With membership as usual. */
  public AgentConfig(
      AgentBoot self, Endpoint gossip, AgentProfile profile, HierarchyConfig hierarchy) {
    this(self, gossip, GossipConfig.defaults(), profile, hierarchy);
  }
}
