package io.nefele.bench.convergence;

import io.atomix.cluster.AtomixCluster;
import io.atomix.cluster.Member;
import io.atomix.cluster.MemberId;
import io.atomix.cluster.Node;
import io.atomix.cluster.discovery.BootstrapDiscoveryProvider;
import io.atomix.cluster.protocol.SwimMembershipProtocol;
import io.atomix.cluster.protocol.SwimMembershipProtocolBuilder;
import io.atomix.utils.net.Address;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Atomix with its own membership protocol. */
final class AtomixPeer implements Peer {
  private static final String KEY = "news";

  private final boolean tuned;
  private final List<Integer> ports;
  private final List<AtomixCluster> clusters = new ArrayList<>();

  AtomixPeer(int members, boolean tuned) throws IOException {
    this.tuned = tuned;
    this.ports = Ports.free(members);
  }

  @Override
  public void start() throws Exception {
    List<Node> seeds = new ArrayList<>();
    for (int i = 0; i < Math.min(Ports.SEEDS, ports.size()); i++) {
      seeds.add(Node.builder().withId(name(i)).withAddress(address(i)).build());
    }
    clusters.addAll(
        Together.start(
            ports.size(),
            number -> {
              AtomixCluster cluster = cluster(number, seeds);
              cluster.start().get();
              return cluster;
            }));
  }

  private AtomixCluster cluster(int number, List<Node> seeds) {
    SwimMembershipProtocolBuilder protocol = SwimMembershipProtocol.builder();
    if (tuned) {
      protocol
          .withGossipInterval(Duration.ofMillis(100))
          .withGossipFanout(4)
          .withBroadcastUpdates(true);
    }
    return AtomixCluster.builder()
        .withMemberId(name(number))
        .withAddress(address(number))
        .withMembershipProvider(BootstrapDiscoveryProvider.builder().withNodes(seeds).build())
        .withMembershipProtocol(protocol.build())
        .build();
  }

  @Override
  public int known(int member) {
    return clusters.get(member).getMembershipService().getMembers().size();
  }

  @Override
  public void kill(int member) {
    clusters.get(member).stop();
  }

  @Override
  public void announce(int member, String news) {
    clusters
        .get(member)
        .getMembershipService()
        .getLocalMember()
        .properties()
        .setProperty(KEY, news);
  }

  @Override
  public boolean hasHeard(int member, int from, String news) {
    @Nullable Member known =
        clusters.get(member).getMembershipService().getMember(MemberId.from(name(from)));
    return known != null && news.equals(known.properties().getProperty(KEY));
  }

  @Override
  public void close() {
    clusters.forEach(AtomixCluster::stop);
  }

  private Address address(int number) {
    return new Address("127.0.0.1", ports.get(number));
  }

  private static String name(int number) {
    return "member-" + number;
  }
}
