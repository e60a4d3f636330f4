package io.nefele.hierarchy.jgroups;

import io.nefele.core.AgentBoot;
import io.nefele.core.Bytes;
import io.nefele.hierarchy.GroupId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.util.Util;

/**
 * This agent's membership of one group, from opening to closing. Its calls return at once; what
 * blocks runs on its lane, in order. After {@link #close} the listener hears nothing more of it.
 */
final class GroupChannel implements Receiver {
  private static final Logger LOG = System.getLogger(GroupChannel.class.getName());
  private static final long LANE_LIMIT_BYTES = 64L << 20;

  private final GroupId group;
  private final JChannel channel;
  private final GroupListener listener;
  private final Lane<Runnable> lane;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile boolean silent;

  GroupChannel(GroupId group, JChannel channel, GroupListener listener) {
    this.group = group;
    this.channel = channel;
    this.listener = listener;
    this.lane = Lane.ofCalls("nefele group " + group, LANE_LIMIT_BYTES);
    channel.setReceiver(this);
  }

  /** Joins the group, once {@code predecessor} is done: an earlier membership of the same group. */
  void open(CompletableFuture<Void> predecessor) {
    lane.put(
        () -> {
          predecessor.join();
          try {
            channel.connect(group.toString());
          } catch (Exception e) {
            LOG.log(Level.WARNING, "cannot join " + group, e);
          }
        },
        0);
  }

  /** Returns whether there was room to queue {@code message}. */
  boolean broadcast(Bytes message) {
    return lane.put(
        () -> {
          try {
            channel.send(new BytesMessage(null, message.unsafeArray()));
          } catch (Exception e) {
            LOG.log(Level.DEBUG, "broadcast in " + group + " failed", e);
          }
        },
        message.size());
  }

  /** Leaves the group. The future completes when its channel has gone. */
  CompletableFuture<Void> close() {
    silent = true;
    lane.put(
        () -> {
          Util.close(channel);
          closed.complete(null);
        },
        0);
    return closed;
  }

  @Override
  public void viewAccepted(View view) {
    if (!silent) {
      listener.view(group, BootAddress.members(view));
    }
  }

  @Override
  public void receive(Message message) {
    if (!silent) {
      AgentBoot from = BootAddress.boot(message.getSrc());
      listener.groupMessage(group, from, Payloads.of(message));
    }
  }
}
