package io.nefele.gossip.atomix;

import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.core.MalformedMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sockets under Atomix's two datagram services, read by one thread. The stock services allocate
 * whatever length a datagram claims and deserialise objects from it; here every byte is checked by
 * the {@link Frame} codec, and what fails is counted and dropped. Thread-safe.
 *
 * <p>The JDK's channels, not Netty's: an agent gets some ten datagrams in a second, too few for a
 * pipeline to be compiled, and interpreted it takes most of the time of a datagram.
 */
final class Datagrams {
  private static final int MAX_DATAGRAM_BYTES = 1 << 16;

  private final int cluster;
  private final Endpoint self;
  private final AtomicLong malformed = new AtomicLong();
  private volatile @Nullable Selector selector;
  private volatile @Nullable DatagramChannel channel;

  Datagrams(String clusterId, Endpoint self) {
    this.cluster = clusterId.hashCode();
    this.self = self;
  }

  void countMalformed() {
    malformed.incrementAndGet();
  }

  long malformed() {
    return malformed.get();
  }

  /** Binds the agent's own endpoint. */
  void open(Consumer<Frame> received) throws IOException {
    InetSocketAddress address = new InetSocketAddress(self.host(), self.port());
    ProtocolFamily family =
        address.getAddress() instanceof Inet6Address
            ? StandardProtocolFamily.INET6
            : StandardProtocolFamily.INET;
    Selector opened = Selector.open();
    try {
      channel = listen(opened, DatagramChannel.open(family), address, received);
    } catch (IOException e) {
      opened.close();
      throw e;
    }
    selector = opened;
    Thread.ofPlatform().daemon().name("nefele-datagrams").start(() -> read(opened));
  }

  /** Listens to {@code group}, too; after {@link #open}. */
  void join(Endpoint group, Consumer<Frame> received) throws IOException {
    Selector opened = selector;
    DatagramChannel sender = channel;
    if (opened == null || sender == null) {
      throw new IllegalStateException("not open");
    }
    NetworkInterface device = device();
    sender.setOption(StandardSocketOptions.IP_MULTICAST_IF, device);
    InetSocketAddress address = new InetSocketAddress(group.host(), group.port());
    DatagramChannel receiver = DatagramChannel.open(StandardProtocolFamily.INET);
    // Several agents of one host share the group's port.
    receiver.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    try {
      listen(opened, receiver, address, received).join(address.getAddress(), device);
    } catch (IOException e) {
      receiver.close();
      throw new IOException("cannot join " + group + " on " + device.getName(), e);
    }
    opened.wakeup();
  }

  void send(String host, int port, String subject, byte[] payload) {
    DatagramChannel sender = channel;
    InetSocketAddress to = new InetSocketAddress(host, port);
    if (sender == null || to.isUnresolved()) {
      return;
    }
    Frame frame = new Frame(cluster, subject, self, Bytes.wrap(payload));
    byte[] content = Frame.CODEC.toBytes(frame).unsafeArray();
    try {
      sender.send(ByteBuffer.wrap(content), to);
    } catch (IOException e) {
      // No way there, or closed just now: a datagram may be lost, and probes tell of it.
    }
  }

  boolean isOpen() {
    DatagramChannel opened = channel;
    return opened != null && opened.isOpen();
  }

  void close() {
    Selector opened = selector;
    if (opened == null || !opened.isOpen()) {
      return;
    }
    try {
      for (SelectionKey key : List.copyOf(opened.keys())) {
        key.channel().close();
      }
      opened.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the sockets at " + self, e);
    }
  }

  private NetworkInterface device() throws SocketException {
    NetworkInterface device =
        NetworkInterface.getByInetAddress(
            new InetSocketAddress(self.host(), self.port()).getAddress());
    if (device == null) {
      throw new SocketException("no network interface has the address " + self.host());
    }
    return device;
  }

  private DatagramChannel listen(
      Selector opened, DatagramChannel at, InetSocketAddress address, Consumer<Frame> received)
      throws IOException {
    try {
      at.bind(address);
      at.configureBlocking(false);
      at.register(opened, SelectionKey.OP_READ, new Receiver(at, received));
      return at;
    } catch (IOException e) {
      at.close();
      throw e;
    }
  }

  private void read(Selector opened) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_DATAGRAM_BYTES);
    try {
      while (opened.isOpen()) {
        opened.select(key -> readAll(key, buffer));
      }
    } catch (ClosedSelectorException e) {
      // Closed between two looks.
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read datagrams at " + self, e);
    }
  }

  private void readAll(SelectionKey key, ByteBuffer buffer) {
    Receiver receiver = (Receiver) key.attachment();
    try {
      buffer.clear();
      while (receiver.channel.receive(buffer) != null) {
        byte[] content = new byte[buffer.flip().remaining()];
        buffer.get(content).clear();
        take(content, receiver.received);
      }
    } catch (IOException e) {
      // Closed just now; whatever else comes back from the network, probes tell it better.
    }
  }

  private void take(byte[] content, Consumer<Frame> received) {
    try {
      Frame frame = Frame.CODEC.fromBytes(Bytes.wrap(content));
      if (frame.cluster() == cluster) {
        received.accept(frame);
      }
    } catch (MalformedMessage e) {
      countMalformed();
    }
  }

  private record Receiver(DatagramChannel channel, Consumer<Frame> received) {}
}
