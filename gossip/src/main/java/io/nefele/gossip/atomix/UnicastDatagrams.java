package io.nefele.gossip.atomix;

import io.atomix.cluster.messaging.ManagedUnicastService;
import io.atomix.cluster.messaging.UnicastService;
import io.atomix.utils.net.Address;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/** {@link Datagrams} as Atomix's unicast service. */
final class UnicastDatagrams implements ManagedUnicastService {
  private record Subscription(BiConsumer<Address, byte[]> listener, Executor executor) {}

  private final Datagrams datagrams;
  private final Map<String, List<Subscription>> subscriptions = new ConcurrentHashMap<>();

  UnicastDatagrams(Datagrams datagrams) {
    this.datagrams = datagrams;
  }

  @Override
  public void unicast(Address address, String subject, byte[] payload) {
    datagrams.send(address.host(), address.port(), subject, payload);
  }

  @Override
  public void addListener(String subject, BiConsumer<Address, byte[]> listener, Executor executor) {
    subscriptions
        .computeIfAbsent(subject, s -> new CopyOnWriteArrayList<>())
        .add(new Subscription(listener, executor));
  }

  @Override
  public void removeListener(String subject, BiConsumer<Address, byte[]> listener) {
    subscriptions
        .getOrDefault(subject, new CopyOnWriteArrayList<>())
        .removeIf(subscription -> subscription.listener.equals(listener));
  }

  @Override
  public CompletableFuture<UnicastService> start() {
    try {
      datagrams.open(this::received);
      return CompletableFuture.completedFuture(this);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public boolean isRunning() {
    return datagrams.isOpen();
  }

  @Override
  public CompletableFuture<Void> stop() {
    datagrams.close();
    return CompletableFuture.completedFuture(null);
  }

  private void received(Frame frame) {
    Address from = new Address(frame.from().host(), frame.from().port());
    for (Subscription to : subscriptions.getOrDefault(frame.subject(), List.of())) {
      to.executor.execute(() -> to.listener.accept(from, frame.payload().unsafeArray()));
    }
  }
}
