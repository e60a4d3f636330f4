package io.nefele.sim.world;

import io.nefele.agent.core.AgentMessage;
import io.nefele.core.Codec;
import io.nefele.gossip.GossipMessage;

/**
 * What messages pass through on their way.
 *
 * @param gossip for datagrams and streams of gossip
 * @param agent for messages in groups and from agent to agent
 */
public record Codecs(Codec<GossipMessage> gossip, Codec<AgentMessage> agent) {
  /** Those of the agents themselves. */
  public static final Codecs OURS = new Codecs(GossipMessage.CODEC, AgentMessage.CODEC);
}
