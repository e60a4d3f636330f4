package io.nefele.gossip.atomix;

import io.atomix.cluster.AtomixCluster;
import io.atomix.cluster.ClusterConfig;
import io.atomix.cluster.messaging.impl.NettyMessagingService;
import io.atomix.utils.Version;
import java.util.concurrent.CompletableFuture;

/**
 * An Atomix cluster of messaging, datagrams, discovery and membership. Its event and communication
 * services stay off: nothing uses them, and the event service gossips every second even when idle.
 */
final class GossipCluster extends AtomixCluster {
  GossipCluster(ClusterConfig config, UnicastDatagrams unicast, MulticastDatagrams multicast) {
    super(
        config,
        Version.from("0.1.0"),
        new NettyMessagingService(
            config.getClusterId(),
            config.getNodeConfig().getAddress(),
            config.getMessagingConfig()),
        unicast,
        multicast);
  }

  @Override
  protected CompletableFuture<Void> startServices() {
    return messagingService
        .start()
        .thenComposeAsync(v -> unicastService.start())
        .thenCompose(v -> broadcastService.start())
        .thenCompose(v -> membershipService.start())
        .thenApply(v -> null);
  }

  @Override
  protected CompletableFuture<Void> stopServices() {
    return membershipService
        .stop()
        .thenCompose(v -> broadcastService.stop())
        .thenCompose(v -> unicastService.stop())
        .thenCompose(v -> messagingService.stop());
  }
}
