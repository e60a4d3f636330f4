package io.nefele.hierarchy.jgroups;

import java.io.DataInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.PhysicalAddress;
import org.jgroups.protocols.TP;
import org.jgroups.stack.DiagnosticsHandler;
import org.jgroups.stack.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The lowest protocol of a channel: no socket of its own, its bytes go through the agent's {@link
 * SharedServer}, and members are found in the {@link AddressBook}. A message to an unknown member
 * is dropped and counted; the protocols above repeat what matters.
 */
final class SharedPortTransport extends TP implements SharedServer.FrameReceiver {
  /** Only what closes idle connections, after ten seconds and more, reads that clock. */
  private static final long TIME_SERVICE_MILLIS = 5_000;

  private final SharedServer server;
  private final AddressBook book;
  private final String channel;
  private final byte[] prefix;
  private final LongAdder dropped = new LongAdder();

  SharedPortTransport(SharedServer server, AddressBook book, String channel) throws Exception {
    this.server = server;
    this.book = book;
    this.channel = channel;
    this.prefix = SharedServer.prefix(channel);
    setBindAddress(server.place().getIpAddress());
    setTimeServiceInterval(TIME_SERVICE_MILLIS);
    setLogicalAddrCacheReaperInterval(0);
    setDiagnosticsHandler(
        new DiagnosticsHandler(log, socket_factory, thread_factory).setEnabled(false));
  }

  /** How many messages found no address. */
  long droppedMessages() {
    return dropped.sum();
  }

  /** Says that the connection to whoever listens at {@code peer} broke. */
  void suspectAt(Address peer) {
    List<Address> suspects = membersAt(peer);
    if (!suspects.isEmpty()) {
      Thread.ofVirtual()
          .name("nefele suspect")
          .start(() -> up_prot.up(new Event(Event.SUSPECT, suspects)));
    }
  }

  boolean hasMemberAt(Address peer) {
    return !membersAt(peer).isEmpty();
  }

  private List<Address> membersAt(Address peer) {
    List<Address> found = new ArrayList<>();
    for (Address member : members) {
      if (peer.equals(book.find(member))) {
        found.add(member);
      }
    }
    return found;
  }

  @Override
  public void receive(Address sender, DataInput in, int length) throws IOException {
    byte[] data = new byte[length];
    in.readFully(data);
    receive(sender, data, 0, length);
  }

  @Override
  public boolean supportsMulticasting() {
    return false;
  }

  @Override
  protected PhysicalAddress getPhysicalAddress() {
    return server.place();
  }

  @Override
  public @Nullable PhysicalAddress getPhysicalAddressFromCache(Address member) {
    return book.find(member);
  }

  @Override
  public void sendUnicast(PhysicalAddress to, byte[] data, int offset, int length)
      throws Exception {
    server.send((IpAddress) to, prefix, data, offset, length);
  }

  @Override
  protected void sendTo(Address to, byte[] data, int offset, int length) throws Exception {
    PhysicalAddress place = book.find(to);
    if (place == null) {
      dropped.increment();
    } else {
      sendUnicast(place, data, offset, length);
    }
  }

  @Override
  protected void sendToAll(byte[] data, int offset, int length) throws Exception {
    List<PhysicalAddress> places = new ArrayList<>(members.size());
    for (Address member : members) {
      PhysicalAddress place = book.find(member);
      if (place == null) {
        dropped.increment();
      } else if (!place.equals(local_physical_addr)) {
        places.add(place);
      }
    }
    sendUnicasts(places, data, offset, length);
  }

  @Override
  protected void handleConnect() {
    server.attach(channel, this);
  }

  @Override
  protected void handleDisconnect() {
    server.detach(channel, this);
  }
}
