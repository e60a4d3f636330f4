package io.nefele.bench.convergence;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.gossip.GossipConfig;
import io.nefele.gossip.GossipInput;
import io.nefele.gossip.atomix.AtomixTransportConfig;
import io.nefele.gossip.atomix.GossipNode;
import io.nefele.gossip.atomix.PortInUse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A member of ours, and what it has heard of the others. */
final class NefeleMember {
  private final GossipNode node;
  private final Map<AgentId, Bytes> heard = new ConcurrentHashMap<>();
  private volatile int known = 1;

  NefeleMember(GossipConfig config, AgentId id, Endpoint endpoint, List<Endpoint> seeds)
      throws PortInUse, IOException {
    this.node =
        GossipNode.start(
            config,
            new AtomixTransportConfig(
                "bench", new AgentBoot(id, 1), endpoint, seeds, Optional.empty()),
            Bytes.utf8("nothing new"),
            (event, members) -> {
              heard.put(event.member().agent(), event.member().metadata());
              known = members;
            });
  }

  int known() {
    return known;
  }

  boolean hasHeard(AgentId from, Bytes news) {
    return heard.getOrDefault(from, Bytes.EMPTY).equals(news);
  }

  void tell(GossipInput input) {
    node.tell(input);
  }

  void crash() {
    node.crash();
  }
}
