package io.nefele.bench.convergence;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Locale;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.MemberStatus;

/** Pekko Cluster, an actor system per member. */
final class PekkoPeer implements Peer {
  private static final String NAME = "bench";
  private static final String SETTINGS =
      """
      pekko.loglevel = "OFF"
      pekko.stdout-loglevel = "OFF"
      pekko.actor.provider = cluster
      pekko.actor.default-dispatcher.fork-join-executor.parallelism-max = 2
      pekko.remote.artery.canonical.hostname = "127.0.0.1"
      pekko.remote.artery.canonical.port = %d
      pekko.cluster.seed-nodes = [%s]
      pekko.cluster.downing-provider-class = "org.apache.pekko.cluster.sbr.SplitBrainResolverProvider"
      pekko.coordinated-shutdown.run-by-actor-system-terminate = off
      pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
      """;

  private final Layout layout;
  private final SortedMap<Integer, ActorSystem> systems = new TreeMap<>();

  PekkoPeer(Layout layout) {
    this.layout = layout;
  }

  @Override
  public SortedSet<Integer> members() {
    return layout.here();
  }

  @Override
  public void start() throws Exception {
    String seeds =
        layout.seedPorts().stream()
            .map(port -> "\"pekko://" + NAME + "@127.0.0.1:" + port + "\"")
            .collect(Collectors.joining(","));
    systems.putAll(
        Together.start(
            layout.here(), number -> ActorSystem.create(NAME, config(layout.port(number), seeds))));
  }

  private static Config config(int port, String seeds) {
    String settings = String.format(Locale.ROOT, SETTINGS, port, seeds);
    return ConfigFactory.parseString(settings).withFallback(ConfigFactory.load());
  }

  @Override
  public int known(int member) {
    return (int)
        StreamSupport.stream(
                Cluster.get(Objects.requireNonNull(systems.get(member)))
                    .state()
                    .getMembers()
                    .spliterator(),
                false)
            .filter(known -> known.status().equals(MemberStatus.up()))
            .count();
  }

  @Override
  public void close() {
    systems.values().forEach(ActorSystem::terminate);
  }
}
