package io.nefele.mailbox.chronicle;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.nefele.core.MalformedMessage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * Takes messages out of a shared queue: the one reader that a mailbox has. It looks for a short
 * while, then sleeps until a writer rings, and costs next to no processor time while it sleeps. How
 * far it has read outlives it: what it takes is gone, also when it is killed the moment after.
 *
 * <p>For one thread at a time; {@link #wake} is for any.
 */
public final class SharedQueueReader implements AutoCloseable {
  /** Longer than a writer takes that is about to write; on few cores it must not be long. */
  private static final long SPIN_NANOS = 20_000;

  /** A writer that is killed between its message and the ring wakes nobody. */
  private static final long SLEEP_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

  private static final VarHandle INT = JAVA_INT.varHandle();

  private final SharedQueueFiles files;
  private final FileChannel lock;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment closed;
  private final SharedState state;
  private final ChronicleQueue queue;
  private final ExcerptTailer tailer;

  /**
   * Takes hold of a queue that the agent made.
   *
   * @throws IOException if somebody reads it already, or it is another user's
   */
  public SharedQueueReader(Path root) throws IOException {
    this.files = new SharedQueueFiles(root);
    files.found();
    if (!files.isOurs()) {
      throw new IOException(
          "the mailbox is used by another user or in another container; close it first");
    }
    this.lock = files.lockForReader();
    this.closed = files.closed(arena);
    this.state = files.state();
    this.queue = files.queue(state, true);
    this.tailer = queue.createTailer("reader");
    tailer.singleThreadedCheckDisabled(true);
  }

  /**
   * The next message; empty if none came in time, {@link #wake} was called, or the mailbox is
   * closed.
   *
   * @throws IOException if programs of the queue's owner have damaged it
   */
  public Optional<SharedMessage> take(Duration timeout) throws IOException {
    Optional<SharedMessage> next = poll();
    if (next.isPresent() || !timeout.isPositive()) {
      return next;
    }
    long begin = System.nanoTime();
    long limit = timeout.compareTo(Duration.ofDays(365)) > 0 ? Long.MAX_VALUE : timeout.toNanos();
    while (true) {
      long waited = System.nanoTime() - begin;
      if (waited >= limit || isClosed()) {
        return poll();
      }
      if (waited < SPIN_NANOS) {
        Thread.onSpinWait();
        next = poll();
      } else {
        state.goToSleep();
        // Whoever has appended before it saw the word is found here; whoever comes later rings.
        next = poll();
        if (next.isEmpty() && !isClosed()) {
          state.sleep(Math.min(limit - waited, SLEEP_NANOS_MAX));
          next = poll();
        }
        state.stayAwake();
      }
      if (next.isPresent()) {
        return next;
      }
    }
  }

  /** Whether the mailbox is closed: nothing more will come. */
  public boolean isClosed() {
    return (int) INT.getVolatile(closed, 0L) != 0;
  }

  /** Lets a {@link #take} that sleeps look again at once. */
  public void wake() {
    state.ring();
  }

  private Optional<SharedMessage> poll() throws IOException {
    try {
      return next();
    } catch (MalformedMessage | RuntimeException | InternalError e) {
      if (isClosed()) {
        return Optional.empty();
      }
      throw new IOException("the shared queue is damaged; close the mailbox: " + e, e);
    }
  }

  private Optional<SharedMessage> next() throws IOException, MalformedMessage {
    String file;
    try (DocumentContext document = tailer.readingDocument()) {
      if (!document.isPresent()) {
        return Optional.empty();
      }
      Bytes<?> bytes = document.wire().bytes();
      byte kind = bytes.readByte();
      state.read(bytes.readLong(), bytes.readLong());
      if (kind == SharedQueueWriter.WHOLE) {
        return Optional.of(SharedMessage.read(bytes));
      }
      file = new String(bytes.toByteArray(), StandardCharsets.UTF_8);
    }
    return Optional.of(
        SharedMessage.CODEC.fromBytes(io.nefele.core.Bytes.wrap(files.takeLarge(file))));
  }

  @Override
  public void close() throws IOException {
    tailer.close();
    queue.close();
    state.close();
    arena.close();
    lock.close();
  }
}
