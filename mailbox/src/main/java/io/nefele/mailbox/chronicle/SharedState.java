package io.nefele.mailbox.chronicle;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What the processes that use a shared queue know together: a page of memory that all of them map.
 * Words that different sides write have pairs of cache lines of their own, as processors fetch
 * them.
 *
 * <p>How much waits follows from the place of the last message, which is written while the queue's
 * write lock is held, and of the last that was read, which stands in that message: a writer that is
 * killed in the middle leaves the two apart only until the next message is read.
 */
final class SharedState implements AutoCloseable {
  private static final long BYTES = 4096;
  private static final long LAST_NUMBER = 0;
  private static final long LAST_BYTES = 8;
  private static final long READ_NUMBER = 128;
  private static final long READ_BYTES = 136;
  private static final long ASLEEP = 256;
  private static final long CYCLE = 384;
  private static final long CYCLE_BYTES = 392;

  private static final VarHandle LONG = JAVA_LONG.varHandle();
  private static final VarHandle INT = JAVA_INT.varHandle();

  private final Arena arena = Arena.ofShared();
  private final MemorySegment page;
  private final MemorySegment asleep;

  /**
   * The place of a message.
   *
   * @param number counts the messages of the queue, from 1
   * @param bytes of the payloads up to and with this one
   */
  record Place(long number, long bytes) {}

  /** Maps the state, which is all zero if the file is new. */
  SharedState(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      page = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, arena);
    }
    asleep = page.asSlice(ASLEEP, Integer.BYTES);
  }

  /** The last message that was claimed a place. */
  Place last() {
    return new Place(get(LAST_NUMBER), get(LAST_BYTES));
  }

  /** The last message that was read. The reader writes it all the time: to look is not cheap. */
  Place lastRead() {
    return new Place(get(READ_NUMBER), get(READ_BYTES));
  }

  /** The place of the next message; only while the queue's write lock is held. */
  Place claim(int payloadBytes) {
    Place next = new Place(get(LAST_NUMBER) + 1, get(LAST_BYTES) + payloadBytes);
    LONG.setRelease(page, LAST_BYTES, next.bytes());
    LONG.setRelease(page, LAST_NUMBER, next.number());
    return next;
  }

  /** By the one reader alone: that it has read the message of that place. */
  void read(long number, long bytes) {
    LONG.setRelease(page, READ_BYTES, bytes);
    LONG.setRelease(page, READ_NUMBER, number);
  }

  /** Which file of the queue is written now; counts up. */
  long cycle() {
    return get(CYCLE);
  }

  /**
   * Counts what is written to the file in use; one that is full is followed by the next. Only while
   * the queue's write lock is held.
   */
  void countBytes(long bytes, long fileBytesMax) {
    long written = get(CYCLE_BYTES) + bytes;
    if (written < fileBytesMax) {
      LONG.setRelease(page, CYCLE_BYTES, written);
    } else {
      LONG.setRelease(page, CYCLE_BYTES, 0L);
      LONG.setRelease(page, CYCLE, cycle() + 1);
    }
  }

  /** The reader is about to sleep; it looks once more before it does. */
  void goToSleep() {
    INT.setVolatile(page, ASLEEP, 1);
    VarHandle.fullFence();
  }

  void stayAwake() {
    INT.setVolatile(page, ASLEEP, 0);
  }

  /** Sleeps until somebody rings, or for that long. */
  void sleep(long nanos) {
    Futex.await(asleep, 1, nanos);
  }

  /** Wakes the reader if it sleeps; else this is a read of shared memory and nothing more. */
  void ring() {
    VarHandle.fullFence();
    if ((int) INT.getVolatile(page, ASLEEP) == 1 && INT.compareAndSet(page, ASLEEP, 1, 0)) {
      Futex.wake(asleep);
    }
  }

  private long get(long offset) {
    return (long) LONG.getVolatile(page, offset);
  }

  @Override
  public void close() {
    arena.close();
  }
}
