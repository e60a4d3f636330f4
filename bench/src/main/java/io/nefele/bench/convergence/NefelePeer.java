package io.nefele.bench.convergence;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.gossip.GossipConfig;
import io.nefele.gossip.GossipInput;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** Our gossip core over Atomix's transport, as in an agent but with nothing above it. */
final class NefelePeer implements Peer {
  private final GossipConfig config;
  private final Layout layout;
  private final SortedMap<Integer, NefeleMember> members = new TreeMap<>();

  NefelePeer(Layout layout, GossipConfig config) {
    this.config = config;
    this.layout = layout;
  }

  @Override
  public SortedSet<Integer> members() {
    return layout.here();
  }

  @Override
  public void start() throws Exception {
    List<Endpoint> seeds = layout.seeds();
    members.putAll(
        Together.start(
            layout.here(),
            number ->
                new NefeleMember(config, new AgentId(number + 1), layout.endpoint(number), seeds)));
  }

  @Override
  public int known(int member) {
    return member(member).known();
  }

  @Override
  public void announce(int member, String news) {
    member(member).tell(new GossipInput.MetadataChanged(Bytes.utf8(news)));
  }

  @Override
  public boolean hasHeard(int member, int from, String news) {
    return member(member).hasHeard(new AgentId(from + 1), Bytes.utf8(news));
  }

  @Override
  public void close() {
    members.values().forEach(NefeleMember::crash);
  }

  private NefeleMember member(int number) {
    return Objects.requireNonNull(members.get(number));
  }
}
