package io.nefele.mailbox.chronicle;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.nefele.core.ProcessId;
import io.nefele.mailbox.Envelope;
import io.nefele.mailbox.RefusalReason;
import io.nefele.mailbox.StoreLimits;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.StreamingDataOutput;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.UnrecoverableTimeoutException;

/**
 * Appends to a mailbox of the same server with no agent between and, while its reader is awake, no
 * system call. Any number of processes may do so at once. A writer that is killed in the middle of
 * a message leaves none, and holds the others up for less than a second.
 *
 * <p>For one thread at a time.
 */
public final class SharedQueueWriter implements AutoCloseable {
  /** The whole message is in the entry. */
  static final byte WHOLE = 1;

  /** What Chronicle adds to an entry, and what is written before the message. */
  private static final long ENTRY_HEADER_BYTES = 32;

  /** The message is in the file that the entry names. */
  static final byte IN_FILE = 2;

  /**
   * A holder of the write lock that is alive has been stopped: its fault, but not for ever ours.
   */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private static final VarHandle INT = JAVA_INT.varHandle();

  private final SharedQueueFiles files;
  private final StoreLimits limits;
  private final DiskRoom room;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment closed;
  private final SharedState state;
  private final ChronicleQueue queue;
  private final ExcerptAppender appender;

  /** Of the last message, which the next one is likely to begin with as well. */
  private byte[] lastHead = {};

  private Optional<ProcessId> lastFrom = Optional.empty();
  private String lastTopic = "none yet";

  /** How far the reader was when that was looked at last. */
  private SharedState.Place seenRead;

  /** Opens a queue that {@link #isOpenTo} this program. */
  public SharedQueueWriter(Path root) throws IOException {
    this(root, StoreLimits.DEFAULT);
  }

  SharedQueueWriter(Path root, StoreLimits limits) throws IOException {
    this.files = new SharedQueueFiles(root);
    this.limits = limits;
    this.room = files.room();
    this.closed = files.closed(arena);
    this.state = files.state();
    this.seenRead = state.lastRead();
    this.queue = files.queue(state, false);
    this.appender = queue.createAppender();
    appender.singleThreadedCheckDisabled(true);
  }

  /** Whether a program like this one may write to the queue in that directory. */
  public static boolean isOpenTo(Path root) throws IOException {
    return new SharedQueueFiles(root).isOurs();
  }

  /**
   * Appends a message. When this returns, the reader finds it, also if this process is killed.
   *
   * @return why it is not there; empty if it is
   * @throws IOException if the queue can't be written, because of what its owner's programs did
   */
  public Optional<RefusalReason> append(SharedMessage message) throws IOException {
    return append(message, limits);
  }

  /** As {@link #append}, of what must not be lost: a queue that is full takes it, too. */
  public Optional<RefusalReason> appendInAnyCase(SharedMessage message) throws IOException {
    return append(message, new StoreLimits(Long.MAX_VALUE, Long.MAX_VALUE));
  }

  private Optional<RefusalReason> append(SharedMessage message, StoreLimits limits)
      throws IOException {
    int size = message.payload().size();
    if (size > Envelope.MAX_PAYLOAD_BYTES) {
      return Optional.of(RefusalReason.TOO_LARGE);
    }
    byte[] head = head(message);
    int bytes = message.encodedBytes(head);
    try {
      if (isClosed()) {
        return Optional.of(RefusalReason.CLOSED);
      }
      if (!hasRoom(limits, size)) {
        return Optional.of(RefusalReason.FULL);
      }
      // What a file that begins takes at once is in there many times over.
      if (!room.has(bytes)) {
        return Optional.of(RefusalReason.STORAGE);
      }
      if (bytes < SharedQueueFiles.ENTRY_BYTES_MAX / 2) {
        write(WHOLE, out -> message.write(head, out), bytes, size);
      } else {
        writeLarge(SharedMessage.CODEC.toBytes(message).unsafeArray(), size);
      }
      state.ring();
      return Optional.empty();
    } catch (RuntimeException | InternalError e) {
      if (isClosed()) {
        return Optional.of(RefusalReason.CLOSED);
      }
      throw new IOException("the shared queue can't be written: " + e, e);
    }
  }

  private byte[] head(SharedMessage message) {
    if (!message.from().equals(lastFrom) || !message.topic().equals(lastTopic)) {
      lastFrom = message.from();
      lastTopic = message.topic();
      lastHead = message.head();
    }
    return lastHead;
  }

  /** Looks how far the reader is only if by what was seen last there is no room. */
  private boolean hasRoom(StoreLimits limits, int payloadBytes) {
    SharedState.Place last = state.last();
    if (admits(limits, last, payloadBytes)) {
      return true;
    }
    seenRead = state.lastRead();
    return admits(limits, last, payloadBytes);
  }

  private boolean admits(StoreLimits limits, SharedState.Place last, int payloadBytes) {
    return limits.admit(
        Math.max(0, last.number() - seenRead.number()),
        Math.max(0, last.bytes() - seenRead.bytes()),
        payloadBytes);
  }

  private void writeLarge(byte[] content, int payloadBytes) throws IOException {
    String name = "large-" + UUID.randomUUID();
    files.writeLarge(name, content);
    boolean written = false;
    try {
      byte[] entry = name.getBytes(StandardCharsets.UTF_8);
      write(IN_FILE, out -> out.write(entry), entry.length, payloadBytes);
      written = true;
    } finally {
      if (!written) {
        files.deleteLarge(name);
      }
    }
  }

  /** What an entry holds. */
  private interface Content {
    void write(StreamingDataOutput<?> out);
  }

  private void write(byte kind, Content content, int bytes, int payloadBytes) {
    long firstFailureNanos = 0;
    boolean written = false;
    while (!written) {
      try (DocumentContext document = appender.writingDocument()) {
        try {
          SharedState.Place place = state.claim(payloadBytes);
          Bytes<?> out = document.wire().bytes();
          out.writeByte(kind).writeLong(place.number()).writeLong(place.bytes());
          content.write(out);
          state.countBytes(bytes + ENTRY_HEADER_BYTES, SharedQueueFiles.FILE_BYTES_MAX);
          written = true;
        } finally {
          if (!written) {
            document.rollbackOnClose();
          }
        }
      } catch (UnrecoverableTimeoutException e) {
        long now = System.nanoTime();
        firstFailureNanos = firstFailureNanos == 0 ? now : firstFailureNanos;
        if (now - firstFailureNanos > PATIENCE_NANOS) {
          throw e;
        }
      }
    }
  }

  private boolean isClosed() {
    return (int) INT.getVolatile(closed, 0L) != 0;
  }

  @Override
  public void close() {
    appender.close();
    queue.close();
    state.close();
    arena.close();
  }
}
