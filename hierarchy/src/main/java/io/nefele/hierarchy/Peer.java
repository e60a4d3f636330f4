package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What gossip knows of another agent.
 *
 * @param boot its present life
 * @param rtt the measured round trip to it, if there is one yet
 * @param adverts the groups it says it is in, of all services
 */
public record Peer(AgentBoot boot, Optional<Duration> rtt, List<GroupAdvert> adverts) {
  public Peer {
    adverts = List.copyOf(adverts);
  }
}
