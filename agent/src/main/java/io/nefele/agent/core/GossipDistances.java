package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.gossip.Gossip;
import io.nefele.hierarchy.Distances;
import java.time.Duration;
import java.util.Optional;

/** What gossip has measured of the network, in the words of the hierarchy. */
record GossipDistances(Gossip gossip) implements Distances {

  @Override
  public Optional<Duration> rtt(AgentId agent) {
    return gossip.rtt(agent);
  }

  @Override
  public Optional<Comparison> compare(AgentId far, AgentId near) {
    return gossip.compare(far, near).map(rtt -> new Comparison(rtt.far(), rtt.near()));
  }
}
