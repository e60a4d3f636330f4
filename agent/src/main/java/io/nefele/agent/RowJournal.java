package io.nefele.agent;

import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.core.ProcessId;
import io.nefele.table.ProcessRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The agent's own rows on disk: a log of changes, written anew when most of it is outdated.
 *
 * <p>A record is a 32-bit length, a 32-bit CRC-32C and the content. What is written is in the hands
 * of the kernel, which is enough against a crash of the agent; against a crash of the server
 * nothing is needed, since that ends the processes, too. A tail that was cut off in the middle of a
 * record is dropped at the next start.
 *
 * <p>Not thread-safe.
 */
final class RowJournal implements AutoCloseable {
  private static final int RECORD_HEADER_BYTES = 8;
  private static final int REWRITE_MIN_RECORDS = 1000;

  /** What a record tells. */
  private sealed interface Change {
    record Put(ProcessRow row) implements Change {}

    record Remove(ProcessId process) implements Change {}

    Codec<Change> CODEC =
        Codec.of(
            (Change change, Encoder out) -> {
              switch (change) {
                case Put(var row) -> out.int8(1).put(ProcessRow.CODEC, row);
                case Remove(var process) -> out.int8(2).put(ProcessId.CODEC, process);
              }
            },
            (Decoder in) -> {
              int type = in.int8();
              return switch (type) {
                case 1 -> new Put(in.get(ProcessRow.CODEC));
                case 2 -> new Remove(in.get(ProcessId.CODEC));
                default -> throw in.malformed("no change has type " + type);
              };
            });
  }

  private final Path file;
  private final SortedMap<ProcessId, ProcessRow> rows = new TreeMap<>();
  private FileChannel log;
  private int records;

  private RowJournal(Path file, FileChannel log) {
    this.file = file;
    this.log = log;
  }

  /** Opens the journal in {@code file}, made if need be. */
  static RowJournal open(Path file) throws IOException {
    FileChannel log =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    RowJournal journal = new RowJournal(file, log);
    journal.read();
    return journal;
  }

  /** All rows as they were last put. */
  List<ProcessRow> rows() {
    return new ArrayList<>(rows.values());
  }

  void put(ProcessRow row) {
    rows.put(row.id(), row);
    append(new Change.Put(row));
  }

  void remove(Collection<ProcessId> processes) {
    for (ProcessId process : processes) {
      if (rows.remove(process) != null) {
        append(new Change.Remove(process));
      }
    }
  }

  @Override
  public void close() throws IOException {
    log.close();
  }

  private void append(Change change) {
    try {
      write(log, change);
      records++;
      if (records >= REWRITE_MIN_RECORDS && records > 2 * rows.size()) {
        rewrite();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the process table can't be written to " + file, e);
    }
  }

  private static void write(FileChannel log, Change change) throws IOException {
    byte[] content = Change.CODEC.toBytes(change).unsafeArray();
    ByteBuffer record =
        ByteBuffer.allocate(RECORD_HEADER_BYTES + content.length)
            .putInt(content.length)
            .putInt(checksum(content))
            .put(content)
            .flip();
    while (record.hasRemaining()) {
      log.write(record);
    }
  }

  private void rewrite() throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    FileChannel next =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    for (ProcessRow row : rows.values()) {
      write(next, new Change.Put(row));
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    log.close();
    log = next;
    records = rows.size();
  }

  private void read() throws IOException {
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file));
    int sound = 0;
    while (content.remaining() >= RECORD_HEADER_BYTES) {
      int length = content.getInt();
      int checksum = content.getInt();
      if (length < 0 || length > content.remaining()) {
        break;
      }
      byte[] record = new byte[length];
      content.get(record);
      if (checksum(record) != checksum || !apply(record)) {
        break;
      }
      sound = content.position();
      records++;
    }
    log.truncate(sound);
    log.position(sound);
  }

  private boolean apply(byte[] record) {
    try {
      switch (Change.CODEC.fromBytes(Bytes.wrap(record))) {
        case Change.Put(var row) -> rows.put(row.id(), row);
        case Change.Remove(var process) -> rows.remove(process);
      }
      return true;
    } catch (MalformedMessage e) {
      return false;
    }
  }

  private static int checksum(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }
}
