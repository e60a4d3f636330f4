package io.nefele.hierarchy.jgroups;

import io.nefele.hierarchy.StarHeartbeats;
import io.nefele.hierarchy.StarHeartbeats.Round;
import io.nefele.hierarchy.jgroups.HeartbeatHeader.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.EmptyMessage;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.Message.Flag;
import org.jgroups.Message.TransientFlag;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.Protocol;
import org.jgroups.util.MessageBatch;
import org.jgroups.util.TimeScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Stands where FD_ALL3 stands in other stacks, and does its work by {@link StarHeartbeats}: sends
 * the heartbeats, takes every message for a sign of life, and tells the protocols above whom to
 * suspect. Whoever was taken out of the group while it was frozen or cut off learns that here, too:
 * JGroups itself leaves it with its last view.
 */
final class Heartbeats extends Protocol {
  static {
    ClassConfigurator.addIfAbsent(HeartbeatHeader.MAGIC_ID, HeartbeatHeader.class);
  }

  private final long periodNanos;
  private final long silenceNanos;
  private @Nullable StarHeartbeats<Address> detector;
  private @Nullable Future<?> nextRound;
  private volatile List<Address> view = List.of();

  Heartbeats(Duration period, Duration silence) {
    this.periodNanos = period.toNanos();
    this.silenceNanos = silence.toNanos();
    setId(ClassConfigurator.getProtocolId(FD_ALL3.class));
  }

  @Override
  public Object down(Event event) {
    Object result = down_prot.down(event);
    if (event.getType() == Event.VIEW_CHANGE) {
      View view = event.getArg();
      install(view.getMembers());
    }
    return result;
  }

  private synchronized void install(List<Address> members) {
    StarHeartbeats<Address> installed = detector;
    if (installed == null) {
      installed = new StarHeartbeats<>(local_addr, periodNanos, silenceNanos);
      detector = installed;
      schedule(periodNanos);
    }
    view = List.copyOf(members);
    installed.view(System.nanoTime(), members);
  }

  @Override
  public void stop() {
    endRounds();
    super.stop();
  }

  private synchronized void endRounds() {
    detector = null;
    if (nextRound != null) {
      nextRound.cancel(false);
      nextRound = null;
    }
  }

  private void schedule(long delayNanos) {
    TimeScheduler timer = getTransport().getTimer();
    nextRound =
        timer.schedule(
            this::round, TimeUnit.NANOSECONDS.toMillis(delayNanos) + 1, TimeUnit.MILLISECONDS);
  }

  private void round() {
    beginRound()
        .ifPresent(
            round -> {
              send(round.recipients(), round.alarm() ? Kind.ALARM : Kind.BEAT);
              if (!round.suspects().isEmpty()) {
                // The protocol above takes itself out of the list.
                up_prot.up(new Event(Event.SUSPECT, new ArrayList<>(round.suspects())));
              }
            });
  }

  private synchronized Optional<Round<Address>> beginRound() {
    if (detector == null) {
      return Optional.empty();
    }
    Round<Address> round = detector.round(System.nanoTime());
    schedule(round.nextNanos());
    return Optional.of(round);
  }

  @Override
  public Object up(Event event) {
    if (event.getType() == Event.SUSPECT) {
      Collection<Address> suspects = event.getArg();
      // One that is dead, too, has no connection that breaks: opening one finds it.
      send(nextInLine(suspects), Kind.BEAT);
    }
    return up_prot.up(event);
  }

  private synchronized List<Address> nextInLine(Collection<Address> suspects) {
    return detector == null ? List.of() : detector.nextInLine(suspects);
  }

  @Override
  public @Nullable Object up(Message message) {
    HeartbeatHeader heartbeat = message.getHeader(getId());
    if (heartbeat == null) {
      heard(message.getSrc());
      return up_prot.up(message);
    }
    received(message.getSrc(), heartbeat.kind());
    return null;
  }

  @Override
  public void up(MessageBatch batch) {
    for (Iterator<Message> each = batch.iterator(); each.hasNext(); ) {
      HeartbeatHeader heartbeat = each.next().getHeader(getId());
      if (heartbeat != null) {
        received(batch.getSender(), heartbeat.kind());
        each.remove();
      }
    }
    if (!batch.isEmpty()) {
      heard(batch.getSender());
      up_prot.up(batch);
    }
  }

  private synchronized void heard(Address member) {
    if (detector != null) {
      detector.heard(System.nanoTime(), member);
    }
  }

  private void received(Address member, Kind kind) {
    heard(member);
    switch (kind) {
      case BEAT -> tellIfStranger(member);
      case ALARM -> {
        tellIfStranger(member);
        send(alarmed(), Kind.BEAT);
      }
      case STRANGER -> {
        if (isExpelledBy(member)) {
          goOnAlone();
        }
      }
    }
  }

  private void tellIfStranger(Address member) {
    if (isStranger(member)) {
      send(List.of(member), Kind.STRANGER);
    }
  }

  private synchronized boolean isStranger(Address member) {
    return detector != null && detector.isStranger(member);
  }

  private synchronized List<Address> alarmed() {
    return detector == null ? List.of() : detector.alarm(System.nanoTime());
  }

  private synchronized boolean isExpelledBy(Address member) {
    return detector != null && detector.disowned(System.nanoTime(), member);
  }

  /**
   * The others go on without this one. They live, so the protocol that asks suspects whether they
   * do is passed by; alone, this one is found again by the hierarchy.
   */
  private void goOnAlone() {
    List<Address> others = new ArrayList<>(view);
    others.remove(local_addr);
    GMS membership = getProtocolStack().findProtocol(GMS.class);
    membership.up(new Event(Event.SUSPECT, others));
  }

  private void send(List<Address> recipients, Kind kind) {
    for (Address recipient : recipients) {
      Message heartbeat =
          new EmptyMessage(recipient)
              .putHeader(getId(), new HeartbeatHeader(kind))
              .setFlag(Flag.OOB)
              .setFlag(TransientFlag.DONT_LOOPBACK);
      down_prot.down(heartbeat);
    }
  }
}
