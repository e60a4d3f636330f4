package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import java.util.List;

/**
 * What gossip knows of another agent.
 *
 * @param boot its present life
 * @param adverts the groups it says it is in, of all services
 */
public record Peer(AgentBoot boot, List<GroupAdvert> adverts) {
  public Peer {
    adverts = List.copyOf(adverts);
  }
}
