package io.nefele.hierarchy.jgroups;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import java.io.DataInput;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jgroups.Address;
import org.jgroups.stack.IpAddress;

/**
 * For large messages whose loss does no harm, as the chunks of programs: frames of the agents'
 * common connection, one for each message, with no protocol stack above. They are not cut into
 * pieces, numbered, acknowledged or repeated: what TCP has taken gets there unless the connection
 * breaks. Thread-safe.
 */
final class BulkChannel implements SharedServer.FrameReceiver {
  private static final Logger LOG = System.getLogger(BulkChannel.class.getName());
  private static final String NAME = "bulk";
  private static final int BOOT_BYTES = Long.BYTES + Integer.BYTES;

  /** What may wait for one peer. */
  private static final long LANE_LIMIT_BYTES = 16L << 20;

  private final SharedServer server;
  private final AddressBook book;
  private final GroupListener listener;
  private final byte[] prefix;
  private final ConcurrentMap<AgentBoot, Lane<Runnable>> lanes = new ConcurrentHashMap<>();

  BulkChannel(AgentBoot self, SharedServer server, AddressBook book, GroupListener listener) {
    this.server = server;
    this.book = book;
    this.listener = listener;
    byte[] name = SharedServer.prefix(NAME);
    this.prefix =
        ByteBuffer.allocate(name.length + BOOT_BYTES)
            .put(name)
            .putLong(self.agent().value())
            .putInt(self.epoch())
            .array();
  }

  void open() {
    server.attach(NAME, this);
  }

  /** What still waits for {@code peer} meets a closed connection and is dropped there. */
  void forget(AgentBoot peer) {
    lanes.remove(peer);
  }

  /** Returns whether {@code to} is known and there was room to queue {@code message}. */
  boolean send(AgentBoot to, Bytes message) {
    Address address = BootAddress.of(to);
    IpAddress place = book.knows(address) ? book.find(address) : null;
    return place != null
        && lanes
            .computeIfAbsent(to, peer -> Lane.ofCalls("nefele bulk to " + peer, LANE_LIMIT_BYTES))
            .put(() -> send(place, message), message.size());
  }

  private void send(IpAddress place, Bytes message) {
    try {
      server.send(place, prefix, message.unsafeArray(), 0, message.size());
    } catch (Exception e) {
      LOG.log(Level.DEBUG, "message to " + place + " failed", e);
    }
  }

  @Override
  public void receive(Address sender, DataInput in, int length) throws IOException {
    if (length < BOOT_BYTES) {
      throw new IOException("a message of " + length + " bytes from " + sender);
    }
    AgentId agent = new AgentId(in.readLong());
    int epoch = in.readInt();
    if (epoch < 1) {
      throw new IOException("a message of no life of agent " + agent + " from " + sender);
    }
    AgentBoot from = new AgentBoot(agent, epoch);
    byte[] message = new byte[length - BOOT_BYTES];
    in.readFully(message);
    listener.peerMessages(from, List.of(Bytes.wrap(message)));
  }
}
