package io.nefele.gossip.atomix;

import io.atomix.cluster.BootstrapService;
import io.atomix.cluster.Node;
import io.atomix.cluster.discovery.NodeDiscoveryConfig;
import io.atomix.cluster.discovery.NodeDiscoveryEvent;
import io.atomix.cluster.discovery.NodeDiscoveryEventListener;
import io.atomix.cluster.discovery.NodeDiscoveryProvider;
import io.atomix.utils.event.AbstractListenerManager;
import io.atomix.utils.net.Address;
import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Endpoint;
import io.nefele.core.MalformedMessage;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds agents by seeds and by multicast at once, where Atomix's own providers do one or the other,
 * and without its object serialiser, which takes longer to load than all the rest to start.
 *
 * <p>An agent announces itself often at first and then every few seconds. A newcomer's beacon is
 * answered by about three of those who hear it, so that it need not wait and is not overrun.
 */
final class Beacons extends AbstractListenerManager<NodeDiscoveryEvent, NodeDiscoveryEventListener>
    implements NodeDiscoveryProvider {
  private static final String SUBJECT = "nefele-beacon";
  private static final long[] FIRST_BEACONS_MILLIS = {0, 100, 300, 1_000, 2_000};
  private static final long STEADY_MILLIS = 5_000;
  private static final int ANSWERS = 3;

  /** Whoever can send a datagram can make up agents. */
  private static final int NODES_MAX = 4096;

  /** Configures {@link Beacons}: the seeds, and whether to announce. */
  static final class Config extends NodeDiscoveryConfig {
    private final List<Endpoint> seeds;
    private final boolean multicast;
    private final Datagrams datagrams;

    Config(List<Endpoint> seeds, boolean multicast, Datagrams datagrams) {
      this.seeds = seeds;
      this.multicast = multicast;
      this.datagrams = datagrams;
    }

    @Override
    public NodeDiscoveryProvider.Type<Config> getType() {
      return new NodeDiscoveryProvider.Type<>() {
        @Override
        public String name() {
          return "nefele";
        }

        @Override
        public Config newConfig() {
          return Config.this;
        }

        @Override
        public NodeDiscoveryProvider newProvider(Config config) {
          return new Beacons(config);
        }
      };
    }
  }

  /** One agent's "here I am". */
  private record Beacon(Endpoint endpoint, boolean newcomer) {
    static final Codec<Beacon> CODEC =
        Codec.of(
            (beacon, out) -> out.put(Endpoint.CODEC, beacon.endpoint).bool(beacon.newcomer),
            in -> new Beacon(in.get(Endpoint.CODEC), in.bool()));

    Beacon {
      Frame.checkInNumbers(endpoint);
    }
  }

  private final Config config;
  private final Set<Node> nodes = ConcurrentHashMap.newKeySet();
  private final Consumer<byte[]> onBroadcast = this::heard;
  private final BiConsumer<Address, byte[]> onUnicast = (from, payload) -> heard(payload);
  private @Nullable ScheduledExecutorService scheduler;
  private volatile @Nullable BootstrapService services;
  private volatile @Nullable Endpoint self;

  private Beacons(Config config) {
    this.config = config;
    config.seeds.forEach(seed -> nodes.add(node(seed)));
  }

  @Override
  public NodeDiscoveryConfig config() {
    return config;
  }

  @Override
  public Set<Node> getNodes() {
    return Set.copyOf(nodes);
  }

  @Override
  public CompletableFuture<Void> join(BootstrapService bootstrap, Node localNode) {
    services = bootstrap;
    self = new Endpoint(localNode.address().host(), localNode.address().port());
    if (config.multicast) {
      bootstrap.getBroadcastService().addListener(SUBJECT, onBroadcast);
      bootstrap.getUnicastService().addListener(SUBJECT, onUnicast);
      scheduler =
          Executors.newSingleThreadScheduledExecutor(
              Thread.ofPlatform().daemon().name("nefele-beacons").factory());
      for (long delay : FIRST_BEACONS_MILLIS) {
        scheduler.schedule(() -> announce(true), delay, TimeUnit.MILLISECONDS);
      }
      scheduler.scheduleAtFixedRate(
          () -> announce(false), STEADY_MILLIS, STEADY_MILLIS, TimeUnit.MILLISECONDS);
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> leave(Node localNode) {
    BootstrapService bootstrap = services;
    if (config.multicast && bootstrap != null) {
      bootstrap.getBroadcastService().removeListener(SUBJECT, onBroadcast);
      bootstrap.getUnicastService().removeListener(SUBJECT, onUnicast);
    }
    if (scheduler != null) {
      scheduler.shutdownNow();
    }
    return CompletableFuture.completedFuture(null);
  }

  private void announce(boolean newcomer) {
    BootstrapService bootstrap = services;
    Endpoint endpoint = self;
    if (bootstrap != null && endpoint != null) {
      bootstrap.getBroadcastService().broadcast(SUBJECT, bytes(new Beacon(endpoint, newcomer)));
    }
  }

  private void heard(byte[] payload) {
    try {
      Beacon beacon = Beacon.CODEC.fromBytes(Bytes.wrap(payload));
      if (!beacon.endpoint.equals(self)) {
        Node node = node(beacon.endpoint);
        if (nodes.size() < NODES_MAX) {
          nodes.add(node);
        }
        answer(beacon);
        post(new NodeDiscoveryEvent(NodeDiscoveryEvent.Type.JOIN, node));
      }
    } catch (MalformedMessage e) {
      config.datagrams.countMalformed();
    }
  }

  private void answer(Beacon beacon) {
    BootstrapService bootstrap = services;
    Endpoint endpoint = self;
    boolean chosen = ThreadLocalRandom.current().nextInt(nodes.size()) < ANSWERS;
    if (beacon.newcomer && chosen && bootstrap != null && endpoint != null) {
      bootstrap
          .getUnicastService()
          .unicast(
              new Address(beacon.endpoint.host(), beacon.endpoint.port()),
              SUBJECT,
              bytes(new Beacon(endpoint, false)));
    }
  }

  private static byte[] bytes(Beacon beacon) {
    return Beacon.CODEC.toBytes(beacon).unsafeArray();
  }

  private static Node node(Endpoint endpoint) {
    return Node.builder()
        .withId(endpoint.toString())
        .withAddress(new Address(endpoint.host(), endpoint.port()))
        .build();
  }
}
