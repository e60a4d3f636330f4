package io.nefele.hierarchy.jgroups;

import org.jgroups.Message;
import org.jgroups.protocols.PerDestinationBundler;
import org.jgroups.util.ByteArrayDataOutputStream;

/**
 * Sends what comes down a {@link Lane} at once, on the lane's thread, which is there to be blocked
 * by a slow peer. What the protocols send themselves, acknowledgements and credits above all, on
 * threads that also receive, waits for the bundler's own: were those blocked by a peer that is
 * blocked by them, neither would ever read again.
 */
final class LaneBundler extends PerDestinationBundler {
  private static final int HEADERS_BYTES = 128;

  @Override
  public void send(Message message) throws Exception {
    if (Lane.isCurrent() && message.getDest() != null) {
      sendSingle(
          message.getDest(),
          message,
          new ByteArrayDataOutputStream(message.getLength() + HEADERS_BYTES));
    } else {
      super.send(message);
    }
  }
}
