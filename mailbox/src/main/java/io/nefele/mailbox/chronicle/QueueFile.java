package io.nefele.mailbox.chronicle;

import io.nefele.core.Bytes;
import io.nefele.core.InvariantViolation;
import io.nefele.core.MalformedMessage;
import java.nio.file.Path;
import java.util.Optional;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;

/**
 * An open Chronicle queue of {@link StoredRecord}s with one persistent reader. Its clock stands
 * still, so that it never rolls to another file.
 */
final class QueueFile implements AutoCloseable {
  /** The largest entry; a quarter of a block, which is how far blocks overlap. */
  static final int ENTRY_BYTES_MAX = 16 << 10;

  private static final int BLOCK_BYTES = 64 << 10;
  private static final int INDEX_ENTRIES = 512;
  private static final int INDEX_SPACING = 64;
  private static final long STANDING_CLOCK_MILLIS = 1_000_000_000_000L;

  private final ChronicleQueue queue;
  private final ExcerptAppender appender;
  private final ExcerptTailer reader;

  QueueFile(Path directory) {
    queue = open(directory);
    appender = queue.createAppender();
    reader = queue.createTailer("reader");
    // One thread at a time, but not always the same.
    appender.singleThreadedCheckDisabled(true);
    reader.singleThreadedCheckDisabled(true);
  }

  /** The queue alone, as any process that appends to the mailbox has to open it. */
  static ChronicleQueue open(Path directory) {
    return SingleChronicleQueueBuilder.binary(directory)
        .blockSize(BLOCK_BYTES)
        .rollCycle(RollCycles.FAST_DAILY)
        .indexCount(INDEX_ENTRIES)
        .indexSpacing(INDEX_SPACING)
        .timeProvider(() -> STANDING_CLOCK_MILLIS)
        .build();
  }

  /** Appends an entry of at most {@link #ENTRY_BYTES_MAX}. */
  void append(Bytes entry) {
    try (DocumentContext document = appender.writingDocument()) {
      document.wire().bytes().write(entry.unsafeArray());
    }
  }

  /** The next entry; the reader's position is moved beyond it for good. */
  Optional<Entry> read() {
    byte @Nullable [] content = next(reader);
    return content == null
        ? Optional.empty()
        : Optional.of(new Entry(decode(content), content.length));
  }

  /** Shows all entries, oldest first, and which of them the reader has passed. */
  void scan(Visitor visitor) {
    long readUpTo = reader.index();
    try (ExcerptTailer all = queue.createTailer()) {
      for (byte[] entry = next(all); entry != null; entry = next(all)) {
        visitor.visit(decode(entry), entry.length, all.lastReadIndex() < readUpTo);
      }
    }
  }

  private static byte @Nullable [] next(ExcerptTailer tailer) {
    try (DocumentContext document = tailer.readingDocument()) {
      return document.isPresent() ? document.wire().bytes().toByteArray() : null;
    }
  }

  private static StoredRecord decode(byte[] entry) {
    try {
      return StoredRecord.CODEC.fromBytes(Bytes.wrap(entry));
    } catch (MalformedMessage e) {
      throw new InvariantViolation("a mailbox's queue is damaged: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    reader.close();
    appender.close();
    queue.close();
  }

  /**
   * An entry as it was read.
   *
   * @param bytes its encoded size
   */
  record Entry(StoredRecord content, int bytes) {}

  /** See {@link #scan}. */
  interface Visitor {
    void visit(StoredRecord entry, int bytes, boolean passed);
  }
}
