package io.nefele.hierarchy.jgroups;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.UNICAST4;
import org.jgroups.util.MessageBatch;
import org.jspecify.annotations.Nullable;

/**
 * UNICAST4 for agents that leave a group and come back under the same address, where JGroups
 * expects a new one. Connection ids grow over all channels of the agent's life, and a member that
 * joins gets a new connection: else the first messages on either side would be taken for
 * repetitions of old ones. Nor does it do anything while no message is under way.
 */
final class ReopenableUnicast extends UNICAST4 {
  private final AtomicInteger connections;
  private final Retransmission retransmission =
      new Retransmission(() -> timer, this::triggerXmit, this::isUnderWay);
  private List<Address> before = List.of();

  ReopenableUnicast(AtomicInteger connections) {
    this.connections = connections;
    setId(ClassConfigurator.getProtocolId(UNICAST4.class));
  }

  @Override
  protected short getNewConnectionId() {
    return (short) (connections.getAndIncrement() & Short.MAX_VALUE);
  }

  private boolean isUnderWay() {
    return getNumUnackedMessages() > 0 || getXmitTableMissingMessages() > 0;
  }

  @Override
  public void startRetransmitTask() {
    retransmission.start(xmit_interval);
  }

  @Override
  public void stopRetransmitTask() {
    retransmission.stop();
  }

  @Override
  public boolean isXmitTaskRunning() {
    return retransmission.isRunning();
  }

  @Override
  public @Nullable Object down(Message message) {
    Object result = super.down(message);
    retransmission.stir();
    return result;
  }

  @Override
  public @Nullable Object up(Message message) {
    Object result = super.up(message);
    retransmission.stir();
    return result;
  }

  @Override
  public void up(MessageBatch batch) {
    super.up(batch);
    retransmission.stir();
  }

  @Override
  public Object down(Event event) {
    if (event.getType() == Event.VIEW_CHANGE) {
      View view = event.getArg();
      startAfresh(view.getMembers());
    }
    return super.down(event);
  }

  private synchronized void startAfresh(List<Address> members) {
    List<Address> joined = new ArrayList<>(members);
    joined.removeAll(before);
    // In the first view everybody is new to this agent, but this agent has no old connections.
    if (!before.isEmpty()) {
      joined.forEach(this::removeSendConnection);
    }
    before = List.copyOf(members);
  }
}
