package io.nefele.bench.convergence;

import io.scalecube.cluster.Cluster;
import io.scalecube.cluster.ClusterConfig;
import io.scalecube.cluster.ClusterImpl;
import io.scalecube.transport.netty.tcp.TcpTransportFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** scalecube-cluster: SWIM over TCP. */
final class ScalecubePeer implements Peer {
  private final ClusterConfig settings;
  private final List<Integer> ports;
  private final List<Cluster> clusters = new ArrayList<>();

  ScalecubePeer(int members, boolean local) throws IOException {
    this.settings = local ? ClusterConfig.defaultLocalConfig() : ClusterConfig.defaultLanConfig();
    this.ports = Ports.free(members);
  }

  @Override
  public void start() throws Exception {
    List<String> seeds =
        ports.subList(0, Math.min(Ports.SEEDS, ports.size())).stream()
            .map(port -> "127.0.0.1:" + port)
            .toList();
    clusters.addAll(Together.start(ports.size(), number -> cluster(number, seeds)));
  }

  private Cluster cluster(int number, List<String> seeds) {
    return new ClusterImpl(
            settings
                .memberAlias(name(number))
                .externalHost("127.0.0.1")
                .externalPort(ports.get(number))
                .metadata("nothing new"))
        .transportFactory(TcpTransportFactory::new)
        .transport(transport -> transport.port(ports.get(number)))
        .membership(membership -> membership.seedMembers(seeds))
        .startAwait();
  }

  @Override
  public int known(int member) {
    return clusters.get(member).members().size();
  }

  /** Its shutdown would say goodbye; once the transport is gone it can't. */
  @Override
  public void kill(int member) {
    clusters.get(member).transport().stop().block();
    clusters.get(member).shutdown();
  }

  @Override
  public void announce(int member, String news) {
    clusters.get(member).updateMetadata(news).subscribe();
  }

  @Override
  public boolean hasHeard(int member, int from, String news) {
    Cluster cluster = clusters.get(member);
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
    clusters.forEach(Cluster::shutdown);
  }

  private static String name(int number) {
    return "member-" + number;
  }
}
