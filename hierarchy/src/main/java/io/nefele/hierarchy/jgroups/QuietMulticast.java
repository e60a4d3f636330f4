package io.nefele.hierarchy.jgroups;

import org.jgroups.Message;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.NAKACK4;
import org.jgroups.util.Buffer;
import org.jgroups.util.MessageBatch;
import org.jspecify.annotations.Nullable;

/** NAKACK4 that does nothing while no broadcast is under way. */
final class QuietMulticast extends NAKACK4 {
  private final Retransmission retransmission =
      new Retransmission(() -> timer, this::triggerXmit, this::isUnderWay);

  QuietMulticast() {
    setId(ClassConfigurator.getProtocolId(NAKACK4.class));
  }

  /** Not what JGroups counts as unacknowledged: that is none as long as nobody has acknowledged. */
  private boolean isUnderWay() {
    Buffer<Message> sent = sendBuf();
    boolean isKept = sent != null && sent.low() != sent.high();
    return isKept || getXmitTableMissingMessages() > 0;
  }

  @Override
  protected void startRetransmitTask() {
    retransmission.start(xmit_interval);
  }

  @Override
  protected void stopRetransmitTask() {
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
}
