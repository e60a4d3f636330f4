package io.nefele.bench.convergence;

import io.atomix.cluster.AtomixCluster;
import io.atomix.cluster.ClusterConfig;
import io.atomix.cluster.Member;
import io.atomix.cluster.MemberConfig;
import io.atomix.cluster.MemberId;
import io.atomix.cluster.NodeConfig;
import io.atomix.cluster.discovery.BootstrapDiscoveryConfig;
import io.atomix.cluster.protocol.SwimMembershipProtocolConfig;
import io.atomix.utils.Version;
import io.atomix.utils.net.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Atomix with its own membership protocol. */
final class AtomixPeer implements Peer {
  private static final String KEY = "news";
  private static final String VERSION = "3.1.12";

  private final boolean tuned;
  private final Layout layout;
  private final SortedMap<Integer, AtomixCluster> clusters = new TreeMap<>();

  AtomixPeer(Layout layout, boolean tuned) {
    this.tuned = tuned;
    this.layout = layout;
  }

  @Override
  public SortedSet<Integer> members() {
    return layout.here();
  }

  @Override
  public void start() throws Exception {
    List<NodeConfig> seeds = new ArrayList<>();
    for (int i = 0; i < layout.seeds().size(); i++) {
      seeds.add(node(new NodeConfig(), i));
    }
    clusters.putAll(
        Together.start(
            layout.here(),
            number -> {
              AtomixCluster cluster = cluster(number, seeds);
              cluster.start().get();
              return cluster;
            }));
  }

  private AtomixCluster cluster(int number, List<NodeConfig> seeds) {
    SwimMembershipProtocolConfig protocol = new SwimMembershipProtocolConfig();
    if (tuned) {
      protocol
          .setGossipInterval(Duration.ofMillis(100))
          .setGossipFanout(4)
          .setBroadcastUpdates(true);
    }
    // Not by its builder: that refuses the settings that Pekko leaves on the class path.
    return new AtomixCluster(
        new ClusterConfig()
            .setNodeConfig(node(new MemberConfig(), number))
            .setDiscoveryConfig(new BootstrapDiscoveryConfig().setNodes(seeds))
            .setProtocolConfig(protocol),
        Version.from(VERSION));
  }

  private <C extends NodeConfig> C node(C config, int number) {
    config.setId(name(number)).setAddress(new Address(layout.host(number), layout.port(number)));
    return config;
  }

  @Override
  public int known(int member) {
    return cluster(member).getMembershipService().getMembers().size();
  }

  @Override
  public void announce(int member, String news) {
    cluster(member).getMembershipService().getLocalMember().properties().setProperty(KEY, news);
  }

  @Override
  public boolean hasHeard(int member, int from, String news) {
    @Nullable Member known =
        cluster(member).getMembershipService().getMember(MemberId.from(name(from)));
    return known != null && news.equals(known.properties().getProperty(KEY));
  }

  @Override
  public void close() {
    clusters.values().forEach(AtomixCluster::stop);
  }

  private AtomixCluster cluster(int number) {
    return Objects.requireNonNull(clusters.get(number));
  }

  private static String name(int number) {
    return "member-" + number;
  }
}
