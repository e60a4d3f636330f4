package io.nefele.mailbox.chronicle;

import static java.lang.foreign.ValueLayout.JAVA_INT;

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
import java.util.concurrent.locks.ReentrantLock;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.UnrecoverableTimeoutException;

/**
 * Appends to a mailbox of the same server with no agent between and, while its reader is awake, no
 * system call. Any number of processes may do so at once. A writer that is killed in the middle of
 * a message leaves none, and holds the others up for less than a second.
 *
 * <p>For any number of threads.
 */
public final class SharedQueueWriter implements AutoCloseable {
  /** The whole message is in the entry. */
  static final byte WHOLE = 1;

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
  private final ReentrantLock lock = new ReentrantLock();

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
    byte[] content = SharedMessage.CODEC.toBytes(message).unsafeArray();
    lock.lock();
    try {
      if (isClosed()) {
        return Optional.of(RefusalReason.CLOSED);
      }
      if (!limits.admit(state.pending(), state.pendingBytes(), size)) {
        return Optional.of(RefusalReason.FULL);
      }
      // What a file that begins takes at once is in there many times over.
      if (!room.has(content.length)) {
        return Optional.of(RefusalReason.STORAGE);
      }
      if (content.length < SharedQueueFiles.ENTRY_BYTES_MAX / 2) {
        write(WHOLE, content, size);
      } else {
        writeLarge(content, size);
      }
      state.ring();
      return Optional.empty();
    } catch (RuntimeException | InternalError e) {
      if (isClosed()) {
        return Optional.of(RefusalReason.CLOSED);
      }
      throw new IOException("the shared queue can't be written: " + e, e);
    } finally {
      lock.unlock();
    }
  }

  private void writeLarge(byte[] content, int payloadBytes) throws IOException {
    String name = "large-" + UUID.randomUUID();
    files.writeLarge(name, content);
    boolean written = false;
    try {
      write(IN_FILE, name.getBytes(StandardCharsets.UTF_8), payloadBytes);
      written = true;
    } finally {
      if (!written) {
        files.deleteLarge(name);
      }
    }
  }

  private void write(byte kind, byte[] content, int payloadBytes) {
    long begin = System.nanoTime();
    boolean written = false;
    while (!written) {
      try (DocumentContext document = appender.writingDocument()) {
        try {
          SharedState.Place place = state.claim(payloadBytes);
          document
              .wire()
              .bytes()
              .writeByte(kind)
              .writeLong(place.number())
              .writeLong(place.bytes())
              .write(content);
          written = true;
        } finally {
          if (!written) {
            document.rollbackOnClose();
          }
        }
      } catch (UnrecoverableTimeoutException e) {
        if (System.nanoTime() - begin > PATIENCE_NANOS) {
          throw e;
        }
      }
    }
    state.countBytes(content.length + 32L, SharedQueueFiles.FILE_BYTES_MAX);
  }

  private boolean isClosed() {
    return (int) INT.getVolatile(closed, 0L) != 0;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      appender.close();
      queue.close();
      state.close();
      arena.close();
    } finally {
      lock.unlock();
    }
  }
}
