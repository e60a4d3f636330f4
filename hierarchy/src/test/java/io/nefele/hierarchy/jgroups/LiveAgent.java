package io.nefele.hierarchy.jgroups;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import io.nefele.core.SeededStreams;
import io.nefele.hierarchy.GroupAdvert;
import io.nefele.hierarchy.GroupId;
import io.nefele.hierarchy.Hierarchy;
import io.nefele.hierarchy.HierarchyConfig;
import io.nefele.hierarchy.HierarchyEffect;
import io.nefele.hierarchy.HierarchyInput;
import io.nefele.hierarchy.HierarchyInput.PeerChanged;
import io.nefele.hierarchy.HierarchyInput.PeerGone;
import io.nefele.hierarchy.HierarchyInput.Received;
import io.nefele.hierarchy.HierarchyInput.TimerFired;
import io.nefele.hierarchy.HierarchyInput.ViewInstalled;
import io.nefele.hierarchy.HierarchyMessage;
import io.nefele.hierarchy.HierarchyTimer;
import io.nefele.hierarchy.Peer;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The hierarchy on one loop over the real transport; gossip is a list that all share. */
final class LiveAgent implements GroupListener, AutoCloseable {
  private final AgentBoot boot;
  private final Hierarchy hierarchy;
  private final ScheduledExecutorService loop =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
  private final Map<HierarchyTimer, Future<?>> timers = new HashMap<>();
  private final List<LiveAgent> fabric;
  private final JGroupsTransport transport;
  private final Runnable changed;
  private volatile List<GroupAdvert> adverts = List.of();
  private volatile List<AgentBoot> members = List.of();

  /**
   * @param fabric the agents that gossip knows; this one adds itself when it starts
   * @param changed called after each step
   */
  LiveAgent(long id, int k, List<LiveAgent> fabric, Runnable changed) throws IOException {
    this.boot = new AgentBoot(new AgentId(id), 1);
    this.fabric = fabric;
    this.changed = changed;
    this.hierarchy =
        new Hierarchy(
            new HierarchyConfig(new Name("boot"), k),
            boot,
            peer -> Optional.empty(),
            new SeededStreams(id).stream("live"));
    this.transport = JGroupsTransport.start(new JGroupsConfig(boot, "127.0.0.1", 0), this);
  }

  static List<LiveAgent> newFabric() {
    return new CopyOnWriteArrayList<>();
  }

  void start() {
    fabric.add(this);
    for (LiveAgent other : fabric) {
      other.hear(this);
      hear(other);
    }
    submit(new HierarchyInput.Started());
  }

  AgentBoot boot() {
    return boot;
  }

  /** The members of this agent's group at level 0. */
  List<AgentBoot> members() {
    return members;
  }

  List<GroupAdvert> adverts() {
    return adverts;
  }

  void crash() {
    fabric.remove(this);
    loop.shutdownNow();
    transport.crash();
  }

  void lose(LiveAgent peer) {
    transport.forget(peer.boot);
    submit(new PeerGone(peer.boot.agent()));
  }

  private void hear(LiveAgent peer) {
    if (peer != this) {
      transport.learn(peer.boot, peer.transport.endpoint());
      submit(new PeerChanged(new Peer(peer.boot, peer.adverts)));
    }
  }

  private void submit(HierarchyInput input) {
    try {
      loop.execute(() -> step(input));
    } catch (RejectedExecutionException e) {
      // Crashed or closed.
    }
  }

  private void step(HierarchyInput input) {
    Instant now = Instant.ofEpochSecond(0, System.nanoTime());
    for (HierarchyEffect effect : hierarchy.step(now, input)) {
      execute(effect);
    }
    members = hierarchy.membersAt(0);
    changed.run();
  }

  private void execute(HierarchyEffect effect) {
    switch (effect) {
      case HierarchyEffect.OpenGroup open -> transport.open(open.group(), open.contacts());
      case HierarchyEffect.CloseGroup close -> transport.close(close.group());
      case HierarchyEffect.Send send ->
          transport.send(send.to(), HierarchyMessage.CODEC.toBytes(send.message()));
      case HierarchyEffect.SetTimer set -> {
        cancel(set.timer());
        timers.put(
            set.timer(),
            loop.schedule(
                () -> step(new TimerFired(set.timer())),
                set.delay().toNanos(),
                TimeUnit.NANOSECONDS));
      }
      case HierarchyEffect.CancelTimer cancel -> cancel(cancel.timer());
      case HierarchyEffect.Advertise advertise -> {
        adverts = advertise.adverts();
        fabric.forEach(other -> other.hear(this));
      }
      case HierarchyEffect.Told _ -> {}
    }
  }

  private void cancel(HierarchyTimer timer) {
    Future<?> running = timers.remove(timer);
    if (running != null) {
      running.cancel(false);
    }
  }

  @Override
  public void view(GroupId group, List<AgentBoot> view) {
    submit(new ViewInstalled(group, view));
  }

  @Override
  public void groupMessage(GroupId group, AgentBoot from, Bytes message) {}

  @Override
  public void peerMessages(AgentBoot from, List<Bytes> messages) {
    try {
      for (Bytes message : messages) {
        submit(new Received(from, HierarchyMessage.CODEC.fromBytes(message)));
      }
    } catch (MalformedMessage e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    loop.shutdownNow();
    transport.close();
  }
}
