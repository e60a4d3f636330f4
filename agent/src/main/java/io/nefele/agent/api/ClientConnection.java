package io.nefele.agent.api;

import io.nefele.agent.core.Caller;
import io.nefele.core.MalformedMessage;
import io.nefele.wire.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import jnr.unixsocket.UnixSocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection. Reads on the server's thread only; writes from any thread go straight to
 * the socket, and wait in a queue only while the client does not read. A client that lets more than
 * a bound pile up loses its connection.
 */
final class ClientConnection {
  private static final int READ_BYTES_MAX = 64 << 10;

  /** A read copies as many bytes as it asks for, however few have come: most requests are small. */
  private static final int READ_BYTES_MIN = 2 << 10;

  private static final int TOGETHER_BYTES_MAX = 64 << 10;
  private static final long UNREAD_BYTES_MAX = 2L * Frame.MAX_FRAME_BYTES;

  private final long number;
  private final Caller caller;
  private final UnixSocketChannel channel;
  private final SelectionKey key;
  private final ByteBuffer chunk = ByteBuffer.allocate(READ_BYTES_MAX);
  private final Deque<ByteBuffer> unwritten = new ArrayDeque<>();
  private final ByteBuffer lengthField = ByteBuffer.allocate(Frame.LENGTH_BYTES);
  private @Nullable ByteBuffer content;
  private long unwrittenBytes;
  private final List<ByteBuffer> gathered = new ArrayList<>();
  private int nextReadBytes = READ_BYTES_MIN;
  private boolean ended;

  ClientConnection(long number, Caller caller, UnixSocketChannel channel, SelectionKey key) {
    this.number = number;
    this.caller = caller;
    this.channel = channel;
    this.key = key;
    chunk.flip();
  }

  long number() {
    return number;
  }

  Caller caller() {
    return caller;
  }

  /** Whether the client has closed its side. */
  boolean ended() {
    return ended;
  }

  /** Reads what has come, and returns the first whole frame in it, if there is one. */
  @Nullable Frame read() throws IOException, MalformedMessage {
    chunk.clear().limit(nextReadBytes);
    int count = channel.read(chunk);
    nextReadBytes = chunk.hasRemaining() ? READ_BYTES_MIN : READ_BYTES_MAX;
    chunk.flip();
    if (count < 0) {
      ended = true;
      return null;
    }
    return nextFrame();
  }

  /** The next whole frame of what was read. */
  @Nullable Frame nextFrame() throws MalformedMessage {
    if (content == null) {
      fill(lengthField);
      if (lengthField.hasRemaining()) {
        return null;
      }
      content = ByteBuffer.allocate(Frame.checkLength(lengthField.flip().getInt()));
      lengthField.clear();
    }
    fill(content);
    if (content.hasRemaining()) {
      return null;
    }
    Frame frame = Frame.parse(content.array());
    content = null;
    return frame;
  }

  /**
   * Keeps a frame to be written together with others.
   *
   * @return whether it is the first one: {@link #writeGathered} has to follow
   */
  synchronized boolean gather(ByteBuffer frame) {
    gathered.add(frame);
    return gathered.size() == 1;
  }

  /** As {@link #write}, of all that was gathered. */
  synchronized boolean writeGathered() throws IOException {
    int bytes = gathered.stream().mapToInt(ByteBuffer::remaining).sum();
    List<ByteBuffer> frames = new ArrayList<>(gathered);
    if (frames.size() > 1 && bytes <= TOGETHER_BYTES_MAX) {
      ByteBuffer together = ByteBuffer.allocate(bytes);
      frames.forEach(together::put);
      frames = List.of(together.flip());
    }
    gathered.clear();
    boolean all = true;
    for (ByteBuffer frame : frames) {
      all = write(frame);
    }
    return all;
  }

  /**
   * Writes as much as the socket takes and queues the rest.
   *
   * @return whether all went out
   */
  synchronized boolean write(ByteBuffer frame) throws IOException {
    if (unwritten.isEmpty()) {
      channel.write(frame);
    }
    if (!frame.hasRemaining()) {
      return true;
    }
    unwrittenBytes += frame.remaining();
    if (unwrittenBytes > UNREAD_BYTES_MAX) {
      close();
      throw new IOException("the client does not read");
    }
    unwritten.add(frame);
    key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    return false;
  }

  synchronized void flush() throws IOException {
    for (ByteBuffer head = unwritten.peek(); head != null; head = unwritten.peek()) {
      unwrittenBytes -= channel.write(head);
      if (head.hasRemaining()) {
        return;
      }
      unwritten.remove();
    }
    key.interestOps(SelectionKey.OP_READ);
  }

  void close() {
    key.cancel();
    try {
      channel.close();
    } catch (IOException e) {
      // Closed it is.
    }
  }

  private void fill(ByteBuffer target) {
    int count = Math.min(target.remaining(), chunk.remaining());
    target.put(chunk.slice().limit(count));
    chunk.position(chunk.position() + count);
  }
}
