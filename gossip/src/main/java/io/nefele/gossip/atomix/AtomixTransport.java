package io.nefele.gossip.atomix;

import com.google.common.net.InetAddresses;
import io.atomix.cluster.AtomixCluster;
import io.atomix.cluster.ClusterConfig;
import io.atomix.cluster.MemberConfig;
import io.atomix.cluster.messaging.MessagingConfig;
import io.atomix.utils.net.Address;
import io.nefele.core.Endpoint;
import io.nefele.gossip.GossipMessage;
import io.nefele.gossip.MemberEvent;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Carries gossip over an Atomix cluster of which the agent's {@link io.nefele.gossip.Gossip} core
 * is the membership protocol. Thread-safe; nothing here blocks but {@link #start}.
 */
public final class AtomixTransport {
  private static final Duration STREAM_TIMEOUT = Duration.ofSeconds(5);

  static {
    // An agent has few connections and small messages: one loop each way and small pools do. They
    // are read when Netty's classes load, and only defaults are changed.
    setDefault("io.netty.eventLoopThreads", "1");
    setDefault("io.netty.allocator.numHeapArenas", "1");
    setDefault("io.netty.allocator.numDirectArenas", "1");
    setDefault("io.netty.allocator.maxOrder", "3");
  }

  private final AtomixCluster cluster;
  private final CoreMembership.Config protocol;
  private final CoreMembership membership;
  private final Datagrams datagrams;
  private final TransportListener listener;
  private final List<Endpoint> seeds;

  private AtomixTransport(AtomixTransportConfig config, TransportListener listener) {
    this.listener = listener;
    this.seeds = config.seeds();
    this.datagrams = new Datagrams(config.clusterId(), config.endpoint());
    this.protocol = new CoreMembership.Config(listener, datagrams);
    this.membership = protocol.protocol();
    this.cluster =
        new GossipCluster(
            clusterConfig(config),
            new UnicastDatagrams(datagrams),
            new MulticastDatagrams(datagrams, config.multicast()));
  }

  /**
   * Binds the endpoint for TCP and UDP, starts to listen and to look for others.
   *
   * @throws PortInUse if the endpoint's port is taken
   * @throws IOException if the endpoint is not of this host, or the multicast group cannot be
   *     joined
   */
  public static AtomixTransport start(AtomixTransportConfig config, TransportListener listener)
      throws PortInUse, IOException {
    AtomixTransport transport = new AtomixTransport(config, listener);
    try {
      transport.cluster.start().join();
      return transport;
    } catch (CompletionException e) {
      transport.stop();
      if (e.getCause() instanceof BindException cause
          && String.valueOf(cause.getMessage()).contains("in use")) {
        throw new PortInUse(config.endpoint(), cause);
      }
      throw new IOException("cannot listen at " + config.endpoint(), e.getCause());
    }
  }

  /** Sends one datagram; it may get lost. */
  public void send(Endpoint to, GossipMessage message) {
    if (!isAddress(to)) {
      datagrams.countMalformed();
      return;
    }
    byte[] payload = GossipMessage.CODEC.toBytes(message).unsafeArray();
    cluster.getUnicastService().unicast(address(to), CoreMembership.SUBJECT, payload);
  }

  /** Sends over a connection of its own; a refusal is told to the listener, other failures not. */
  public void sendStream(Endpoint to, GossipMessage message) {
    if (!isAddress(to)) {
      datagrams.countMalformed();
      return;
    }
    byte[] payload = GossipMessage.CODEC.toBytes(message).unsafeArray();
    cluster
        .getMessagingService()
        .sendAndReceive(
            address(to), CoreMembership.SUBJECT, payload, false, STREAM_TIMEOUT, Runnable::run)
        .whenComplete(
            (answer, failure) -> {
              if (failure != null && isRefusal(failure)) {
                listener.refused(to);
              }
            });
  }

  /**
   * Holds a connection to {@code to} for as long as {@code lease}, and tells the listener if it
   * breaks or cannot be opened.
   */
  public void watch(Endpoint to, Duration lease) {
    cluster
        .getMessagingService()
        .sendAndReceive(address(to), CoreMembership.WATCH, new byte[0], false, lease, Runnable::run)
        .whenComplete(
            (answer, failure) -> {
              if (!(cause(failure) instanceof TimeoutException)) {
                listener.watchBroken(to);
              }
            });
  }

  /** Shows Atomix a change that the core told. */
  public void apply(MemberEvent event) {
    membership.apply(event);
  }

  /** The cluster, for its membership service. */
  public AtomixCluster cluster() {
    return cluster;
  }

  /**
   * How many datagrams and stream messages were dropped because they were none of ours, or were to
   * go where no agent can be.
   */
  public long malformedMessages() {
    return datagrams.malformed();
  }

  /**
   * Stops to listen and closes all connections.
   *
   * @return completes when all threads are gone, which takes Netty about two seconds; the ports are
   *     free long before
   */
  public CompletableFuture<Void> stop() {
    // Atomix would keep the caller for seconds: it waits here for each of its thread pools.
    return CompletableFuture.supplyAsync(cluster::stop, Thread.ofPlatform()::start)
        .thenCompose(Function.identity());
  }

  private ClusterConfig clusterConfig(AtomixTransportConfig config) {
    return new ClusterConfig()
        .setClusterId(config.clusterId())
        .setNodeConfig(
            new MemberConfig()
                .setId(CoreMembership.memberId(config.self().agent()))
                .setAddress(address(config.endpoint()))
                .setHostId(config.endpoint().host()))
        .setMessagingConfig(
            new MessagingConfig()
                .setInterfaces(List.of(config.endpoint().host()))
                .setPort(config.endpoint().port()))
        .setDiscoveryConfig(
            new Beacons.Config(config.seeds(), config.multicast().isPresent(), datagrams))
        .setProtocolConfig(protocol);
  }

  /**
   * Whether it is an address in numbers, or a seed. Any other name was told by a stranger, and to
   * look it up would block the agent at the stranger's will.
   */
  private boolean isAddress(Endpoint endpoint) {
    return InetAddresses.isInetAddress(endpoint.host()) || seeds.contains(endpoint);
  }

  private static boolean isRefusal(Throwable failure) {
    return cause(failure) instanceof ConnectException refusal
        && String.valueOf(refusal.getMessage()).contains("refused");
  }

  private static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  private static Address address(Endpoint endpoint) {
    return new Address(endpoint.host(), endpoint.port());
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
