package io.nefele.hierarchy.jgroups;

import java.io.DataInput;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jgroups.Address;
import org.jgroups.blocks.cs.Connection;
import org.jgroups.blocks.cs.TcpServer;
import org.jgroups.logging.NoopLogImpl;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.DefaultSocketFactory;
import org.jgroups.util.DefaultThreadFactory;
import org.jgroups.util.Util;

/**
 * The one TCP server of an agent: one port, and one connection per pair of agents, for all of its
 * channels. A frame is one byte of length, the channel's name, and what the channel's transport
 * wrote; what arrives for a channel that is not attached is dropped, as a network may.
 *
 * <p>A connection that breaks without the peer having said goodbye is told to every channel at
 * once: that is how a killed agent is found within milliseconds.
 */
final class SharedServer extends TcpServer {
  private static final Logger LOG = System.getLogger(SharedServer.class.getName());

  /** A frame for the channel without a name, which nobody attaches. */
  private static final byte[] PROBE = {0};

  private static final int CONNECT_TIMEOUT_MILLIS = 1_000;
  private static final long SUSPECT_AGAIN_NANOS = 1_000_000_000;
  private static final int BUFFER_BYTES = 64 * 1024;

  private final ConcurrentMap<String, FrameReceiver> receivers = new ConcurrentHashMap<>();
  private final ConcurrentMap<Address, Long> lostAtNanos = new ConcurrentHashMap<>();
  private final LongAdder dropped = new LongAdder();

  /** Takes the frames of one channel, those of one sender on one thread. */
  interface FrameReceiver {
    /**
     * @param length how many bytes of {@code in} are the frame's; all are to be read
     */
    void receive(Address sender, DataInput in, int length) throws IOException;
  }

  private SharedServer(InetAddress bind, int port) throws Exception {
    super(
        new DefaultThreadFactory("nefele", true).useVirtualThreads(false),
        new DefaultSocketFactory(),
        bind,
        port,
        port,
        null,
        0,
        0);
    setLogAcceptError(false);
    setBufferedInputStreamSize(BUFFER_BYTES).setBufferedOutputStreamSize(BUFFER_BYTES);
    usePeerConnections(true)
        .tcpNodelay(true)
        .socketConnectionTimeout(CONNECT_TIMEOUT_MILLIS)
        .deferClientBinding(true)
        .logDetails(false)
        // Broken connections are the everyday case here, and what follows from them is told above.
        .log(new NoopLogImpl());
  }

  /**
   * Listens on {@code port} of {@code host}.
   *
   * @throws PortInUseException if somebody else does
   */
  static SharedServer listen(String host, int port) throws IOException {
    try {
      SharedServer server = new SharedServer(InetAddress.getByName(host), port);
      server.start();
      return server;
    } catch (BindException e) {
      checkOwnAddress(host);
      throw new PortInUseException(host, port, e);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot listen on port " + port + " of " + host, e);
    }
  }

  /**
   * Throws unless {@code host} is an address of this machine: the other reason for a refused bind.
   */
  private static void checkOwnAddress(String host) throws IOException {
    new ServerSocket(0, 1, InetAddress.getByName(host)).close();
  }

  IpAddress place() {
    return (IpAddress) localAddress();
  }

  /** How many frames arrived for a channel that is not attached. */
  long droppedFrames() {
    return dropped.sum();
  }

  void attach(String channel, FrameReceiver receiver) {
    receivers.put(channel, receiver);
  }

  void detach(String channel, FrameReceiver receiver) {
    receivers.remove(channel, receiver);
  }

  /** The attached channels that have members. */
  private Stream<SharedPortTransport> channels() {
    return receivers.values().stream()
        .filter(SharedPortTransport.class::isInstance)
        .map(SharedPortTransport.class::cast);
  }

  /** The prefix of every frame of {@code channel}. */
  static byte[] prefix(String channel) {
    byte[] name = channel.getBytes(StandardCharsets.ISO_8859_1);
    if (name.length > 255) {
      throw new IllegalArgumentException("a channel's name is at most 255 bytes: " + channel);
    }
    byte[] prefix = new byte[1 + name.length];
    prefix[0] = (byte) name.length;
    System.arraycopy(name, 0, prefix, 1, name.length);
    return prefix;
  }

  /**
   * @throws IOException if it can't be sent, or the server has ended: a connection opened after
   *     that would claim the address of whoever listens on the port next
   */
  void send(IpAddress to, byte[] prefix, byte[] data, int offset, int length) throws Exception {
    if (!running()) {
      throw new IOException("the server on " + place() + " has ended");
    }
    byte[] frame = new byte[prefix.length + length];
    System.arraycopy(prefix, 0, frame, 0, prefix.length);
    System.arraycopy(data, offset, frame, prefix.length, length);
    try {
      send(to, frame, 0, frame.length);
    } catch (IOException e) {
      lost(to);
      throw e;
    }
  }

  @Override
  public void receive(Address sender, DataInput in, int length) throws Exception {
    byte[] name = new byte[in.readUnsignedByte()];
    if (length < 1 + name.length) {
      throw new IOException("a frame of " + length + " bytes from " + sender);
    }
    in.readFully(name);
    int left = length - 1 - name.length;
    FrameReceiver receiver = receivers.get(new String(name, StandardCharsets.ISO_8859_1));
    if (receiver != null) {
      receiver.receive(sender, in, left);
      return;
    }
    in.readFully(new byte[left]);
    if (name.length > 0) {
      dropped.increment();
    }
  }

  @Override
  public void connectionClosed(Connection connection) {
    boolean broken = running() && !connection.isClosed() && !connection.isClosedGracefully();
    super.connectionClosed(connection);
    Address peer = connection.peerAddress();
    if (!running() || connectionEstablishedTo(peer)) {
      return;
    }
    if (broken) {
      lost(peer);
    } else {
      Thread.ofVirtual().name("nefele reconnect").start(() -> reconnect((IpAddress) peer));
    }
  }

  /**
   * Two agents that connect to each other at the same time may each drop what the other keeps. With
   * no connection left, a crash would break none: so there is always one to each member.
   */
  private void reconnect(IpAddress peer) {
    // The two sides wait differently, lest they meet again.
    Util.sleep(place().compareTo(peer) < 0 ? 10 : 60);
    boolean wanted = channels().anyMatch(channel -> channel.hasMemberAt(peer));
    if (running() && wanted && !connectionEstablishedTo(peer)) {
      try {
        send(peer, PROBE, PROBE, 0, 0);
      } catch (Exception e) {
        LOG.log(Level.DEBUG, "no connection to " + peer, e);
      }
    }
  }

  /** Ends as a killed process does: every connection breaks, nobody is told. */
  void crash() {
    running.set(false);
    Util.close(srv_sock);
    clearConnections(false);
  }

  @Override
  public void connectionEstablished(Connection connection) {
    if (!running()) {
      // It was on its way when the server ended.
      Util.close(connection);
      return;
    }
    super.connectionEstablished(connection);
    lostAtNanos.remove(connection.peerAddress());
  }

  /**
   * Tells all channels, but not again and again: the question whether a suspect lives goes through
   * {@link #send}, too, and would raise the next suspicion.
   */
  private void lost(Address peer) {
    long now = System.nanoTime();
    Long before = lostAtNanos.put(peer, now);
    if (before != null && now - before < SUSPECT_AGAIN_NANOS) {
      lostAtNanos.put(peer, before);
      return;
    }
    channels().forEach(channel -> channel.suspectAt(peer));
  }
}
