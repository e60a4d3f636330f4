package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.Endpoint;
import io.nefele.core.Name;
import io.nefele.gossip.GossipConfig;
import io.nefele.hierarchy.HierarchyConfig;
import java.util.List;

/**
 * What an agent is told about itself at its start.
 *
 * @param gossip where it listens for gossip
 * @param membership how it finds out who exists
 * @param profile what it tells everybody; its groups and free resources are kept up to date
 * @param services how each service organises its agents; the first is the home service, whose
 *     lowest groups keep the process table together
 * @param bundleBytesMax how much its cache of programs may hold
 */
public record AgentConfig(
    AgentBoot self,
    Endpoint gossip,
    GossipConfig membership,
    AgentProfile profile,
    List<HierarchyConfig> services,
    long bundleBytesMax) {
  /** What its cache of programs may usually hold. */
  public static final long BUNDLE_BYTES_USUAL = 4L << 30;

  public AgentConfig {
    services = List.copyOf(services);
    long names = services.stream().map(HierarchyConfig::service).distinct().count();
    if (services.isEmpty() || names != services.size()) {
      throw new IllegalArgumentException("at least one service, and each once: " + services);
    }
  }

  /** With membership and a cache as usual. */
  public AgentConfig(
      AgentBoot self, Endpoint gossip, AgentProfile profile, List<HierarchyConfig> services) {
    this(self, gossip, GossipConfig.defaults(), profile, services, BUNDLE_BYTES_USUAL);
  }

  /** The service whose lowest groups keep the process table together. */
  Name homeService() {
    return services.getFirst().service();
  }
}
