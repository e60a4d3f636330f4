package io.nefele.gossip.atomix;

import io.atomix.cluster.messaging.BroadcastService;
import io.atomix.cluster.messaging.ManagedBroadcastService;
import io.nefele.core.Endpoint;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * {@link Datagrams} as Atomix's broadcast service: one multicast group, or nothing at all. Closed
 * with the unicast service, whose sockets it shares.
 */
final class MulticastDatagrams implements ManagedBroadcastService {
  private final Datagrams datagrams;
  private final Optional<Endpoint> group;
  private final Map<String, List<Consumer<byte[]>>> listeners = new ConcurrentHashMap<>();

  MulticastDatagrams(Datagrams datagrams, Optional<Endpoint> group) {
    this.datagrams = datagrams;
    this.group = group;
  }

  @Override
  public void broadcast(String subject, byte[] payload) {
    group.ifPresent(to -> datagrams.send(to.host(), to.port(), subject, payload));
  }

  @Override
  public void addListener(String subject, Consumer<byte[]> listener) {
    listeners.computeIfAbsent(subject, s -> new CopyOnWriteArrayList<>()).add(listener);
  }

  @Override
  public void removeListener(String subject, Consumer<byte[]> listener) {
    listeners.getOrDefault(subject, new CopyOnWriteArrayList<>()).remove(listener);
  }

  @Override
  public CompletableFuture<BroadcastService> start() {
    if (group.isPresent()) {
      try {
        datagrams.join(group.get(), this::received);
      } catch (IOException e) {
        return CompletableFuture.failedFuture(e);
      }
    }
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public boolean isRunning() {
    return datagrams.isOpen();
  }

  @Override
  public CompletableFuture<Void> stop() {
    return CompletableFuture.completedFuture(null);
  }

  private void received(Frame frame) {
    for (Consumer<byte[]> listener : listeners.getOrDefault(frame.subject(), List.of())) {
      listener.accept(frame.payload().unsafeArray());
    }
  }
}
