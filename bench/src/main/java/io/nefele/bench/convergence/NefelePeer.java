package io.nefele.bench.convergence;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.gossip.GossipConfig;
import io.nefele.gossip.GossipInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Our gossip core over Atomix's transport, as in an agent but with nothing above it. */
final class NefelePeer implements Peer {
  private final GossipConfig config;
  private final List<Endpoint> endpoints;
  private final List<NefeleMember> members = new ArrayList<>();

  NefelePeer(int members, GossipConfig config) throws IOException {
    this.config = config;
    this.endpoints =
        Ports.free(members).stream().map(port -> new Endpoint("127.0.0.1", port)).toList();
  }

  @Override
  public void start() throws Exception {
    List<Endpoint> seeds = endpoints.subList(0, Math.min(Ports.SEEDS, endpoints.size()));
    members.addAll(
        Together.start(
            endpoints.size(),
            number ->
                new NefeleMember(config, new AgentId(number + 1), endpoints.get(number), seeds)));
  }

  @Override
  public int known(int member) {
    return members.get(member).known();
  }

  @Override
  public void kill(int member) {
    members.get(member).crash();
  }

  @Override
  public void announce(int member, String news) {
    members.get(member).tell(new GossipInput.MetadataChanged(Bytes.utf8(news)));
  }

  @Override
  public boolean hasHeard(int member, int from, String news) {
    return members.get(member).hasHeard(new AgentId(from + 1), Bytes.utf8(news));
  }

  @Override
  public void close() {
    members.forEach(NefeleMember::crash);
  }
}
