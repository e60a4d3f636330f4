package io.nefele.gossip.atomix;

import io.nefele.core.AgentBoot;
import io.nefele.core.Endpoint;
import java.util.List;
import java.util.Optional;

/**
 * Where an agent talks, and how it finds others.
 *
 * @param clusterId agents of another cluster id are not heard
 * @param self the agent in its present life
 * @param endpoint the address, of this host, that is bound for TCP and UDP and told to others
 * @param seeds endpoints where other agents may be; may be empty
 * @param multicast the group in which agents announce themselves, if they do
 */
public record AtomixTransportConfig(
    String clusterId,
    AgentBoot self,
    Endpoint endpoint,
    List<Endpoint> seeds,
    Optional<Endpoint> multicast) {

  /** The group and port used unless configured otherwise; within the organisation's scope. */
  public static final Endpoint DEFAULT_MULTICAST = new Endpoint("239.255.78.70", 7078);

  public AtomixTransportConfig {
    seeds = List.copyOf(seeds);
  }
}
