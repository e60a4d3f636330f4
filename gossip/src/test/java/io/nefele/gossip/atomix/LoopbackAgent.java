package io.nefele.gossip.atomix;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.core.SeededStreams;
import io.nefele.gossip.Gossip;
import io.nefele.gossip.GossipConfig;
import io.nefele.gossip.GossipEffect;
import io.nefele.gossip.GossipInput;
import io.nefele.gossip.GossipMessage;
import io.nefele.gossip.GossipTimer;
import io.nefele.gossip.MemberEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A core on a loop of its own, over a real Atomix transport. */
final class LoopbackAgent implements TransportListener {
  final Endpoint endpoint;
  final AtomixTransport transport;
  private final Gossip core;
  private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
  private final Map<GossipTimer, ScheduledFuture<?>> timers = new HashMap<>();
  private final LinkedBlockingQueue<MemberEvent> events = new LinkedBlockingQueue<>();
  private final List<MemberEvent> seen = new ArrayList<>();
  private final CompletableFuture<AtomixTransport> opened = new CompletableFuture<>();

  LoopbackAgent(int id, Endpoint endpoint, List<Endpoint> seeds, Optional<Endpoint> multicast)
      throws PortInUse, IOException {
    AgentBoot boot = new AgentBoot(new AgentId(id), 1);
    this.endpoint = endpoint;
    this.core =
        new Gossip(
            GossipConfig.defaults(),
            boot,
            endpoint,
            Bytes.utf8("agent " + id),
            new SeededStreams(id).stream("gossip"));
    this.transport = open(new AtomixTransportConfig("test", boot, endpoint, seeds, multicast));
    tell(new GossipInput.Started());
    opened.complete(transport);
  }

  private AtomixTransport open(AtomixTransportConfig config) throws PortInUse, IOException {
    try {
      return AtomixTransport.start(config, this);
    } catch (PortInUse | IOException e) {
      loop.shutdownNow();
      throw e;
    }
  }

  static Endpoint freeEndpoint() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new Endpoint("127.0.0.1", socket.getLocalPort());
    }
  }

  @Override
  public void received(Endpoint from, GossipMessage message) {
    tell(new GossipInput.Received(from, message));
  }

  @Override
  public void discovered(List<Endpoint> endpoints) {
    tell(new GossipInput.Discovered(endpoints));
  }

  @Override
  public void refused(Endpoint to) {
    tell(new GossipInput.Refused(to));
  }

  void tell(GossipInput input) {
    if (!loop.isShutdown()) {
      loop.execute(
          () ->
              core.step(Instant.ofEpochSecond(0, System.nanoTime()), input).forEach(this::execute));
    }
  }

  int memberCount() throws ExecutionException, InterruptedException {
    return loop.submit(() -> core.members().size()).get();
  }

  /** Waits for an event, now or in the past, that fits. */
  MemberEvent await(Predicate<MemberEvent> fits, Duration limit) throws InterruptedException {
    for (MemberEvent event : seen) {
      if (fits.test(event)) {
        return event;
      }
    }
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      MemberEvent event = events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (event == null) {
        throw new AssertionError(endpoint + " saw only " + seen);
      }
      seen.add(event);
      if (fits.test(event)) {
        return event;
      }
    }
  }

  /** Stops without a word, like a crash. */
  CompletableFuture<Void> crash() {
    loop.shutdownNow();
    return transport.stop();
  }

  private void execute(GossipEffect effect) {
    switch (effect) {
      case GossipEffect.Send(Endpoint to, GossipMessage message) -> opened.join().send(to, message);
      case GossipEffect.SendStream(Endpoint to, GossipMessage message) ->
          opened.join().sendStream(to, message);
      case GossipEffect.SetTimer(GossipTimer timer, Duration delay) -> {
        cancel(timer);
        timers.put(
            timer,
            loop.schedule(
                () -> tell(new GossipInput.TimerFired(timer)),
                delay.toNanos(),
                TimeUnit.NANOSECONDS));
      }
      case GossipEffect.CancelTimer(GossipTimer timer) -> cancel(timer);
      case GossipEffect.MemberChanged(MemberEvent event) -> {
        opened.join().apply(event);
        events.add(event);
      }
      case GossipEffect.Superseded superseded -> crash();
    }
  }

  private void cancel(GossipTimer timer) {
    ScheduledFuture<?> pending = timers.remove(timer);
    if (pending != null) {
      pending.cancel(false);
    }
  }
}
