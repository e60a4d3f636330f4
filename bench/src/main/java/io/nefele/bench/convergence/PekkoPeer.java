package io.nefele.bench.convergence;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.nefele.core.Endpoint;
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
      pekko.remote.artery.canonical.hostname = "%s"
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
        layout.seeds().stream()
            .map(seed -> "\"pekko://" + NAME + "@" + seed + "\"")
            .collect(Collectors.joining(","));
    systems.putAll(
        Together.start(
            layout.here(),
            number -> ActorSystem.create(NAME, config(layout.endpoint(number), seeds))));
  }

  private static Config config(Endpoint endpoint, String seeds) {
    String settings = String.format(Locale.ROOT, SETTINGS, endpoint.host(), endpoint.port(), seeds);
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
  public boolean leads(int member) {
    Cluster cluster = Cluster.get(Objects.requireNonNull(systems.get(member)));
    return cluster.selfAddress().equals(cluster.state().getLeader());
  }

  @Override
  public void close() {
    systems.values().forEach(ActorSystem::terminate);
  }
}
