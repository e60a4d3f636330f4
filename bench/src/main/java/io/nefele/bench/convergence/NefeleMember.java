package io.nefele.bench.convergence;

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
import io.nefele.gossip.atomix.AtomixTransport;
import io.nefele.gossip.atomix.AtomixTransportConfig;
import io.nefele.gossip.atomix.PortInUse;
import io.nefele.gossip.atomix.TransportListener;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A gossip core on a loop of its own. */
final class NefeleMember implements TransportListener {
  private final Gossip core;
  private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
  private final Map<GossipTimer, ScheduledFuture<?>> timers = new HashMap<>();
  private final Map<AgentId, Bytes> heard = new ConcurrentHashMap<>();
  private final CompletableFuture<AtomixTransport> opened = new CompletableFuture<>();
  private volatile int known = 1;

  NefeleMember(GossipConfig config, AgentId id, Endpoint endpoint, List<Endpoint> seeds)
      throws PortInUse, IOException {
    AgentBoot boot = new AgentBoot(id, 1);
    this.core =
        new Gossip(
            config,
            boot,
            endpoint,
            Bytes.utf8("nothing new"),
            new SeededStreams(id.value()).stream("gossip"));
    AtomixTransportConfig transport =
        new AtomixTransportConfig("bench", boot, endpoint, seeds, Optional.empty());
    tell(new GossipInput.Started());
    opened.complete(AtomixTransport.start(transport, this));
  }

  int known() {
    return known;
  }

  boolean hasHeard(AgentId from, Bytes news) {
    return heard.getOrDefault(from, Bytes.EMPTY).equals(news);
  }

  void crash() {
    loop.shutdownNow();
    opened.join().stop();
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
    try {
      loop.execute(() -> step(input));
    } catch (RejectedExecutionException e) {
      // It has crashed.
    }
  }

  private void step(GossipInput input) {
    core.step(Instant.ofEpochSecond(0, System.nanoTime()), input).forEach(this::execute);
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
                () -> step(new GossipInput.TimerFired(timer)),
                delay.toNanos(),
                TimeUnit.NANOSECONDS));
      }
      case GossipEffect.CancelTimer(GossipTimer timer) -> cancel(timer);
      case GossipEffect.MemberChanged(MemberEvent event) -> {
        opened.join().apply(event);
        heard.put(event.member().agent(), event.member().metadata());
        known = core.members().size();
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
