package io.nefele.gossip.atomix;

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
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A member and nothing above it: a gossip core on a loop of its own, over a real transport. An
 * agent has a loop for all its cores instead; this is for whoever needs membership alone, as
 * benchmarks and tests do. Thread-safe.
 */
public final class GossipNode implements TransportListener {
  private final Gossip core;
  private final Listener listener;
  private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
  private final Map<GossipTimer, ScheduledFuture<?>> timers = new HashMap<>();
  private final CompletableFuture<AtomixTransport> opened = new CompletableFuture<>();

  /** Is told of changes, on the node's loop. */
  public interface Listener {
    /**
     * @param members how many there are now, the node itself among them
     */
    void changed(MemberEvent event, int members);
  }

  private GossipNode(
      GossipConfig config, AtomixTransportConfig transport, Bytes metadata, Listener listener) {
    this.listener = listener;
    this.core =
        new Gossip(
            config,
            transport.self(),
            transport.endpoint(),
            metadata,
            new SeededStreams(transport.self().agent().value()).stream("gossip"));
  }

  /**
   * Listens and looks for others.
   *
   * @throws PortInUse if the endpoint's port is taken
   */
  public static GossipNode start(
      GossipConfig config, AtomixTransportConfig transport, Bytes metadata, Listener listener)
      throws PortInUse, IOException {
    GossipNode node = new GossipNode(config, transport, metadata, listener);
    try {
      node.opened.complete(AtomixTransport.start(transport, node));
    } catch (PortInUse | IOException e) {
      node.loop.shutdownNow();
      throw e;
    }
    node.tell(new GossipInput.Started());
    return node;
  }

  public AtomixTransport transport() {
    return opened.join();
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

  @Override
  public void watchBroken(Endpoint to) {
    tell(new GossipInput.WatchBroken(to));
  }

  /** Gives the core an input; nothing happens after a crash. */
  public void tell(GossipInput input) {
    try {
      loop.execute(
          () ->
              core.step(Instant.ofEpochSecond(0, System.nanoTime()), input).forEach(this::execute));
    } catch (RejectedExecutionException e) {
      // It has crashed.
    }
  }

  /** Stops without a word, like a crash. */
  public CompletableFuture<Void> crash() {
    loop.shutdownNow();
    return transport().stop();
  }

  private void execute(GossipEffect effect) {
    switch (effect) {
      case GossipEffect.Send(Endpoint to, GossipMessage message) -> transport().send(to, message);
      case GossipEffect.SendStream(Endpoint to, GossipMessage message) ->
          transport().sendStream(to, message);
      case GossipEffect.Watch(Endpoint to, Duration lease) -> transport().watch(to, lease);
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
        transport().apply(event);
        listener.changed(event, core.members().size());
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
