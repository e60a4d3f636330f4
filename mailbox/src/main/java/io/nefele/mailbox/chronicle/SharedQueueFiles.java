package io.nefele.mailbox.chronicle;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.StoreFileListener;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/**
 * The files of a shared queue. The agent makes the outer directory and tells by {@code closed} that
 * the mailbox is; what is in {@code box} belongs to the user whose programs write and read there,
 * and the agent never looks at it.
 *
 * <pre>
 * closed         a page of the agent's: not zero once the mailbox is closed
 * box/           for its owner alone
 *   namespace    in which pid namespace it is used: process numbers mean nothing in another
 *   state        see SharedState
 *   queue/       a Chronicle queue whose files end by size, not by time
 *   large-...    one message that is too large for the queue
 *   reader       locked by the one that reads
 * </pre>
 */
final class SharedQueueFiles {
  /** The largest entry of the queue. */
  static final int ENTRY_BYTES_MAX = 256 << 10;

  /** A file that is read up to its end is deleted. */
  static final long FILE_BYTES_MAX = 64L << 20;

  private static final int BLOCK_BYTES = 4 * ENTRY_BYTES_MAX;
  private static final long DAY_MILLIS = 86_400_000L;
  private static final long BASE_MILLIS = 10_000 * DAY_MILLIS;

  /**
   * Whoever holds the queue's write lock does so for microseconds; after this long the others look
   * whether it is dead, and go on without it.
   */
  private static final long LOCK_TIMEOUT_MILLIS = 400;

  private final Path root;
  private final Path box;

  SharedQueueFiles(Path root) {
    this.root = root;
    this.box = root.resolve("box");
  }

  /**
   * Whether programs like this one may use the queue: the owner's alone, so that nobody's memory is
   * at the mercy of another user, and of one pid namespace, so that a dead writer is known as dead.
   */
  boolean isOurs() throws IOException {
    try {
      return Files.getAttribute(box, "unix:uid", LinkOption.NOFOLLOW_LINKS)
              .equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
          && Files.readString(box.resolve("namespace")).equals(pidNamespace());
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Puts down for whom the queue is, if it is new. */
  void found() throws IOException {
    Path namespace = box.resolve("namespace");
    if (Files.notExists(namespace)) {
      Path unfinished = box.resolve("namespace.new");
      Files.writeString(unfinished, pidNamespace());
      Files.move(unfinished, namespace, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static String pidNamespace() throws IOException {
    return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
  }

  SharedState state() throws IOException {
    return new SharedState(box.resolve("state"));
  }

  /** The agent's word, mapped for reading. */
  MemorySegment closed(Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(root.resolve("closed"), StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, JAVA_INT.byteSize(), arena);
    }
  }

  /**
   * The lock of the reader; the kernel takes it from one that is killed.
   *
   * @throws IOException if somebody else reads
   */
  FileChannel lockForReader() throws IOException {
    FileChannel channel =
        FileChannel.open(
            box.resolve("reader"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      FileLock lock = channel.tryLock();
      locked = lock != null;
    } catch (OverlappingFileLockException e) {
      // By this very program.
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    if (!locked) {
      throw new IOException("the mailbox is being read already; a mailbox has one reader");
    }
    return channel;
  }

  DiskRoom room() {
    return new DiskRoom(box);
  }

  /**
   * The queue as this process uses it.
   *
   * @param state says which file is written
   * @param readFilesGo whether files that this process has read to their end are deleted
   */
  ChronicleQueue queue(SharedState state, boolean readFilesGo) {
    return SingleChronicleQueueBuilder.binary(box.resolve("queue"))
        .blockSize(BLOCK_BYTES)
        .rollCycle(RollCycles.FAST_DAILY)
        .indexCount(512)
        .indexSpacing(64)
        .timeoutMS(LOCK_TIMEOUT_MILLIS)
        .timeProvider(() -> BASE_MILLIS + state.cycle() * DAY_MILLIS)
        .storeFileListener(readFilesGo ? new Reclaiming() : StoreFileListener.noOp())
        .build();
  }

  /** Writes a large message, whole or not at all. */
  void writeLarge(String name, byte[] content) throws IOException {
    Path unfinished = box.resolve(name + ".new");
    try {
      Files.write(unfinished, content);
      Files.move(unfinished, box.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
  }

  byte[] takeLarge(String name) throws IOException {
    if (!name.startsWith("large-") || name.contains("/")) {
      throw new IOException("no message has the name " + name);
    }
    byte[] content = Files.readAllBytes(box.resolve(name));
    Files.delete(box.resolve(name));
    return content;
  }

  void deleteLarge(String name) throws IOException {
    Files.deleteIfExists(box.resolve(name));
  }

  /** The reader has done with a file when it moves on to the next. */
  private static final class Reclaiming implements StoreFileListener {
    private int newest;

    @Override
    public void onAcquired(int cycle, File file) {
      newest = Math.max(newest, cycle);
    }

    @Override
    public void onReleased(int cycle, File file) {
      if (cycle < newest) {
        // Of no use to anybody: a writer that is still in it goes on to the next by itself.
        boolean unused = file.delete();
      }
    }
  }
}
