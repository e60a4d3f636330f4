package io.nefele.hierarchy.jgroups;

import io.nefele.hierarchy.StarHeartbeats;
import io.nefele.hierarchy.StarHeartbeats.Round;
import java.time.Duration;
import java.util.ArrayList;
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
import org.jgroups.stack.Protocol;
import org.jgroups.util.MessageBatch;
import org.jgroups.util.TimeScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Stands where FD_ALL3 stands in other stacks, and does its work by {@link StarHeartbeats}: sends
 * the heartbeats, takes every message for a sign of life, and tells the protocols above whom to
 * suspect.
 */
final class Heartbeats extends Protocol {
  static {
    ClassConfigurator.addIfAbsent(HeartbeatHeader.MAGIC_ID, HeartbeatHeader.class);
  }

  private final long periodNanos;
  private final long silenceNanos;
  private @Nullable StarHeartbeats<Address> detector;
  private @Nullable Future<?> nextRound;

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
              send(round.recipients(), round.alarm());
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
  public @Nullable Object up(Message message) {
    HeartbeatHeader heartbeat = message.getHeader(getId());
    heard(message.getSrc(), heartbeat != null && heartbeat.alarm());
    return heartbeat == null ? up_prot.up(message) : null;
  }

  @Override
  public void up(MessageBatch batch) {
    boolean alarm = false;
    for (Iterator<Message> each = batch.iterator(); each.hasNext(); ) {
      HeartbeatHeader heartbeat = each.next().getHeader(getId());
      if (heartbeat != null) {
        alarm |= heartbeat.alarm();
        each.remove();
      }
    }
    heard(batch.getSender(), alarm);
    if (!batch.isEmpty()) {
      up_prot.up(batch);
    }
  }

  private void heard(Address member, boolean alarm) {
    send(note(member, alarm), false);
  }

  private synchronized List<Address> note(Address member, boolean alarm) {
    if (detector == null) {
      return List.of();
    }
    long now = System.nanoTime();
    detector.heard(now, member);
    return alarm ? detector.alarm(now) : List.of();
  }

  private void send(List<Address> recipients, boolean alarm) {
    for (Address recipient : recipients) {
      Message heartbeat =
          new EmptyMessage(recipient)
              .putHeader(getId(), new HeartbeatHeader(alarm))
              .setFlag(Flag.OOB)
              .setFlag(TransientFlag.DONT_LOOPBACK);
      down_prot.down(heartbeat);
    }
  }
}
