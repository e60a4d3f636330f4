package io.nefele.agent.linux;

import io.nefele.core.Bytes;
import io.nefele.core.MalformedMessage;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to an init. A sender writes to the socket itself when it can, so that a request
 * costs no change of threads; what the socket does not take is left to the link's thread, so that
 * no sender ever waits for the init.
 */
final class InitLink implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(InitLink.class);
  private static final int READ_BYTES = 64 * 1024;
  private static final int UNSENT_BYTES_MAX = 256 * 1024 * 1024;

  /** Called on the link's thread only. */
  interface Receiver {
    void received(InitProtocol.Incoming incoming);

    /** The end, unless {@link #close} was called before. */
    void lost(String reason);
  }

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final Receiver receiver;
  private final ByteBuffer read = ByteBuffer.allocate(READ_BYTES);
  private final Queue<ByteBuffer> unsent = new ArrayDeque<>(); // guarded by this
  private long unsentBytes; // guarded by this
  private boolean closed; // guarded by this
  private volatile boolean ending;

  private InitLink(SocketChannel channel, Selector selector, Receiver receiver) throws IOException {
    this.channel = channel;
    this.selector = selector;
    this.receiver = receiver;
    channel.configureBlocking(false);
    this.key = channel.register(selector, SelectionKey.OP_READ);
  }

  /** Connects and starts the link's thread. */
  static InitLink open(Path socket, Receiver receiver) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    InitLink link = new InitLink(channel, Selector.open(), receiver);
    Thread.ofPlatform().daemon().name("init-link").start(link::run);
    return link;
  }

  /** Queues a frame behind all earlier ones; dropped if the link is closed or lost. */
  synchronized void send(ByteBuffer frame) {
    if (closed) {
      return;
    }
    if (unsent.isEmpty()) {
      try {
        channel.write(frame);
      } catch (IOException e) {
        // The thread reads the same end, after what the init still had to say.
        return;
      }
    }
    if (frame.hasRemaining()) {
      unsent.add(frame);
      unsentBytes += frame.remaining();
      key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
      selector.wakeup();
    }
  }

  /** The init has been asked to end: its silence is no news. */
  void expectEnd() {
    ending = true;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    selector.wakeup();
  }

  private void run() {
    String reason = "";
    try (channel;
        selector) {
      reason = receiveUntilEnd();
    } catch (IOException | MalformedMessage e) {
      reason = String.valueOf(e.getMessage());
    } catch (ClosedSelectorException e) {
      reason = "closed";
    }
    boolean expected;
    synchronized (this) {
      expected = closed;
      closed = true;
      unsent.clear();
    }
    if (!expected) {
      if (!ending) {
        log.info("Lost the init: {}", reason);
      }
      receiver.lost(reason);
    }
  }

  private String receiveUntilEnd() throws IOException, MalformedMessage {
    while (true) {
      selector.select();
      synchronized (this) {
        if (closed) {
          return "closed";
        }
        flush();
        if (unsentBytes > UNSENT_BYTES_MAX) {
          return "the init takes no requests";
        }
      }
      int count = channel.read(read);
      if (count < 0) {
        return "the init closed the connection";
      }
      deliver();
    }
  }

  private void flush() throws IOException {
    for (ByteBuffer next; (next = unsent.peek()) != null; unsent.remove()) {
      unsentBytes -= channel.write(next);
      if (next.hasRemaining()) {
        return;
      }
    }
    key.interestOps(SelectionKey.OP_READ);
  }

  private void deliver() throws MalformedMessage {
    read.flip();
    while (read.remaining() >= InitProtocol.HEADER_BYTES) {
      int length = read.getInt(read.position());
      if (length < 0 || length > READ_BYTES - InitProtocol.HEADER_BYTES) {
        throw new MalformedMessage("an event of " + length + " bytes");
      }
      if (read.remaining() < InitProtocol.HEADER_BYTES + length) {
        break;
      }
      byte[] frame = new byte[length];
      read.position(read.position() + InitProtocol.HEADER_BYTES).get(frame);
      receiver.received(InitProtocol.decode(Bytes.wrap(frame)));
    }
    read.compact();
  }
}
