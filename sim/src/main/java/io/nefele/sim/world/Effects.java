package io.nefele.sim.world;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.core.AgentBoot;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.gossip.GossipMessage;
import java.time.Duration;
import java.util.Optional;

/** Carries out what agents want done: the other half of the runtime, beside {@link World}. */
final class Effects {
  private static final long DISK_NANOS = 50_000;
  private static final int REFUSAL_BYTES = 60;

  /** Which of the reliable ways from one life to another. */
  enum Lane {
    STREAM,
    PEER,
    GROUP
  }

  private final World world;
  private final Network network;
  private final Groups groups;
  private final Postman postman;

  Effects(World world, Network network, Groups groups, Postman postman) {
    this.world = world;
    this.network = network;
    this.groups = groups;
    this.postman = postman;
  }

  void carryOut(Life life, AgentEffect effect) {
    switch (effect) {
      case AgentEffect.SendDatagram(var to, var message) -> datagram(life, to, message);
      case AgentEffect.SendStream(var to, var message) -> stream(life, to, message);
      case AgentEffect.Watch(var to, Duration lease) -> watch(life, to, lease.toNanos());
      case AgentEffect.SetTimer(var timer, Duration delay) -> {
        ArmedTimer armed = new ArmedTimer(world, life, timer);
        life.timers.arm(armed);
        world.time().after(life.clock.trueNanos(Math.max(0, delay.toNanos())), armed);
      }
      case AgentEffect.CancelTimer(var timer) -> life.timers.cancel(timer);
      case AgentEffect.OpenGroup(var group, var contacts) -> groups.open(life, group, contacts);
      case AgentEffect.CloseGroup(var group) -> groups.close(life, group);
      case AgentEffect.Broadcast(var group, var message) -> {
        groups.broadcast(life, group, message, postman.agent(message));
      }
      case AgentEffect.Send(var to, var message) -> send(life, to, message);
      case AgentEffect.Persist(var row) -> life.server.persist(row);
      case AgentEffect.Register(var entry) -> life.server.register(entry);
      case AgentEffect.KeepUse(var use) -> life.server.keep(use);
      case AgentEffect.ForgetUse(var key) -> life.server.forget(key);
      case AgentEffect.KeepOpenRequest(var key, var with) -> life.server.open(key, with);
      case AgentEffect.ForgetOpenRequest(var key) -> life.server.close(key);
      case AgentEffect.Forget(var processes) -> life.server.forget(processes);
      case AgentEffect.Spawn spawn -> life.server.processes.spawn(spawn);
      case AgentEffect.TryPort attempt -> life.server.processes.tryPort(attempt);
      case AgentEffect.Release(var processes) -> life.server.processes.release(processes);
      case AgentEffect.Abort(var processes) -> life.server.processes.abort(processes);
      case AgentEffect.Signal(var process, int signal) ->
          life.server.processes.signal(process, signal);
      case AgentEffect.Measure() ->
          later(life, new AgentInput.Measured(life.server.processes.measure()));
      case AgentEffect.AcknowledgeExit(var process) -> life.server.processes.acknowledge(process);
      case AgentEffect.ReadLog(long token, var process, boolean err, long offset, int waitMillis) ->
          later(life, new AgentInput.LogRead(token, Bytes.EMPTY, offset));
      case AgentEffect.Feed(var process, long offset, var content, boolean last) ->
          later(life, new AgentInput.InputTaken(process, offset + content.size(), last));
      case AgentEffect.Resize resize -> {}
      case AgentEffect.Store(long token, var mailbox, var envelope) ->
          later(
              life,
              new AgentInput.MessageStored(token, life.server.mailboxes.append(mailbox, envelope)));
      case AgentEffect.KeepNote(var mailbox, var note) ->
          life.server.mailboxes.keepNote(mailbox, note);
      case AgentEffect.Take(long token, var mailbox) ->
          later(life, new AgentInput.MessageTaken(token, life.server.mailboxes.take(mailbox)));
      case AgentEffect.OpenSharedQueue(long token, var mailbox, var tenant, int uid) ->
          later(
              life,
              new AgentInput.SharedQueueOpened(
                  token, mailbox, life.server.sharedMemory.open(mailbox)));
      case AgentEffect.Discard(var mailbox) -> {
        life.server.mailboxes.delete(mailbox);
        life.server.sharedMemory.delete(mailbox);
      }
      case AgentEffect.OfDepot(var work) ->
          life.server
              .bundles
              .perform(work)
              .ifPresent(done -> later(life, new AgentInput.OfDepot(done)));
      case AgentEffect.LookUp look -> world.outsiders().lookUp(life, look);
      case AgentEffect.GoOutside order -> world.outsiders().go(life, order);
      case AgentEffect.Listen(int port, var behind) -> world.outsiders().listen(life, port);
      case AgentEffect.StopListening stop -> {}
      case AgentEffect.Reply(var token, var response) ->
          world.clients().replied(life, token, response);
      case AgentEffect.Superseded superseded -> world.end(life, "superseded by " + superseded.by());
      case AgentEffect.Stopped stopped -> world.end(life, "left");
      case AgentEffect.MembershipChanged m -> {}
      case AgentEffect.Learn l -> {}
      case AgentEffect.Unlearn u -> {}
      case AgentEffect.Told t -> {}
      case AgentEffect.Questioned q -> {}
    }
  }

  private void later(Life life, AgentInput input) {
    world.time().after(DISK_NANOS, () -> world.give(life, input));
  }

  private void datagram(Life from, Endpoint to, GossipMessage message) {
    Server server = world.at(to).orElse(null);
    int bytes = postman.datagram(message);
    if (server == null) {
      return;
    }
    AgentInput input = new AgentInput.GossipArrived(from.gossipEndpoint(), message);
    network.datagram(
        from.place(),
        server.place,
        bytes,
        () -> {
          if (server.life.isPresent()) {
            world.give(server.life.get(), input);
          }
        });
  }

  private void stream(Life from, Endpoint to, GossipMessage message) {
    Server server = world.at(to).orElse(null);
    int bytes = postman.stream(message);
    if (network.rejects(from.place(), server == null ? from.place() : server.place)) {
      later(from, new AgentInput.StreamRefused(to));
      return;
    }
    if (server == null || server.life.isEmpty()) {
      return;
    }
    Life receiver = server.life.get();
    AgentInput input = new AgentInput.GossipArrived(from.gossipEndpoint(), message);
    network.send(
        channel(from, receiver, Lane.STREAM),
        bytes,
        () -> {
          Optional<Life> there = server.life;
          if (there.filter(Life::running).isPresent()) {
            world.give(there.get(), input);
          } else {
            refuse(server, from);
          }
        });
  }

  /** The server is up and nothing listens at the port. */
  private void refuse(Server server, Life asker) {
    server.life.ifPresent(
        dead ->
            network.send(
                channel(dead, asker, Lane.STREAM),
                REFUSAL_BYTES,
                () -> world.give(asker, new AgentInput.StreamRefused(server.gossip))));
  }

  private void watch(Life holder, Endpoint to, long leaseNanos) {
    Life watched = world.at(to).flatMap(server -> server.life).orElse(null);
    if (watched == null || network.blocked(holder.place(), watched.place())) {
      return;
    }
    long now = world.time().nowNanos();
    watched.watchedBy.removeIf(watch -> watch.untilNanos() <= now);
    Watch watch = new Watch(holder, now + leaseNanos);
    watched.watchedBy.add(watch);
    if (!watched.running) {
      watchesBreak(watched);
    } else if (network.breaksConnection()) {
      world
          .time()
          .after(
              network.breaksAfterNanos(),
              () -> {
                if (watched.watchedBy.remove(watch)) {
                  world.give(holder, new AgentInput.WatchBroken(to));
                }
              });
    }
  }

  /** The kernel of the life's server closes its connections. */
  void watchesBreak(Life ended) {
    long now = world.time().nowNanos();
    for (Watch watch : ended.watchedBy) {
      if (watch.untilNanos() > now) {
        network.send(
            channel(ended, watch.holder(), Lane.STREAM),
            REFUSAL_BYTES,
            () -> world.give(watch.holder(), new AgentInput.WatchBroken(ended.gossipEndpoint())));
      }
    }
    ended.watchedBy.clear();
  }

  private void send(Life from, AgentBoot to, AgentMessage message) {
    int bytes = postman.agent(message);
    Life receiver = world.lifeOf(to).orElse(null);
    if (receiver == null || !receiver.running) {
      return;
    }
    AgentInput input = new AgentInput.MessageArrived(from.boot, message);
    network.send(channel(from, receiver, Lane.PEER), bytes, () -> world.give(receiver, input));
  }

  static Channel channel(Life from, Life to, Lane lane) {
    long key = (long) to.serial << 2 | lane.ordinal();
    Channel channel = from.channels.get(key);
    if (channel == null) {
      channel = new Channel(from.place(), to.place());
      from.channels.put(key, channel);
    }
    return channel;
  }
}
