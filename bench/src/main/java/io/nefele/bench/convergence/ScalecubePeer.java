package io.nefele.bench.convergence;

import io.nefele.core.Endpoint;
import io.scalecube.cluster.Cluster;
import io.scalecube.cluster.ClusterConfig;
import io.scalecube.cluster.ClusterImpl;
import io.scalecube.transport.netty.tcp.TcpTransportFactory;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** scalecube-cluster: SWIM over TCP. */
final class ScalecubePeer implements Peer {
  private final ClusterConfig settings;
  private final Layout layout;
  private final SortedMap<Integer, Cluster> clusters = new TreeMap<>();

  ScalecubePeer(Layout layout, boolean local) {
    this.settings = local ? ClusterConfig.defaultLocalConfig() : ClusterConfig.defaultLanConfig();
    this.layout = layout;
  }

  @Override
  public SortedSet<Integer> members() {
    return layout.here();
  }

  @Override
  public void start() throws Exception {
    List<String> seeds = layout.seeds().stream().map(Endpoint::toString).toList();
    clusters.putAll(Together.start(layout.here(), number -> cluster(number, seeds)));
  }

  private Cluster cluster(int number, List<String> seeds) {
    return new ClusterImpl(
            settings
                .memberAlias(name(number))
                .externalHost(layout.host(number))
                .externalPort(layout.port(number))
                .metadata("nothing new"))
        .transportFactory(TcpTransportFactory::new)
        .transport(transport -> transport.port(layout.port(number)))
        .membership(membership -> membership.seedMembers(seeds))
        .startAwait();
  }

  @Override
  public int known(int member) {
    try {
      return cluster(member).members().size();
    } catch (ArrayIndexOutOfBoundsException e) {
      // It copies its members while another thread changes them; the next look will do.
      return 0;
    }
  }

  @Override
  public void announce(int member, String news) {
    cluster(member).updateMetadata(news).subscribe();
  }

  @Override
  public boolean hasHeard(int member, int from, String news) {
    Cluster cluster = cluster(member);
    if (member == from) {
      return true;
    }
    return cluster.otherMembers().stream()
        .filter(other -> name(from).equals(other.alias()))
        .findFirst()
        .flatMap(other -> cluster.<Object>metadata(other))
        .equals(Optional.of(news));
  }

  @Override
  public void close() {
    clusters.values().forEach(Cluster::shutdown);
  }

  private Cluster cluster(int number) {
    return Objects.requireNonNull(clusters.get(number));
  }

  private static String name(int number) {
    return "member-" + number;
  }
}
