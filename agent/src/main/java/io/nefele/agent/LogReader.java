package io.nefele.agent;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Reads captured output, a piece at a time, away from the loop. Of a file that has become long only
 * the last part is there: the process host gives the space of the older back, so that a hole stands
 * there which reads as zeros. A reader that comes late is moved behind the hole.
 */
final class LogReader {
  private static final int PIECE_BYTES = 1 << 20;
  private static final int BLOCK_BYTES = 4096;
  private static final long POLL_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long POLL_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(20);

  private final long keptBytesMax;
  private final Consumer<AgentInput> inputs;
  private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();

  /** A reader that waits for output; the end of the process ends its wait. */
  private static final class Waiting {
    final ProcessId process;
    final Thread thread;
    volatile boolean ended;

    Waiting(ProcessId process, Thread thread) {
      this.process = process;
      this.thread = thread;
    }
  }

  /**
   * @param keptBytesMax how long a file may become before its older half is given back
   */
  LogReader(long keptBytesMax, Consumer<AgentInput> inputs) {
    this.keptBytesMax = keptBytesMax;
    this.inputs = inputs;
  }

  void read(Path file, AgentEffect.ReadLog read) {
    Thread.ofVirtual()
        .name("nefele-log-reader")
        .start(
            () -> {
              AgentInput.LogRead piece = piece(file, read);
              inputs.accept(
                  piece.content().size() == 0 && read.waitMillis() > 0
                      ? pieceInTime(file, read)
                      : piece);
            });
  }

  /** A process has ended: nobody waits for its output any longer. */
  void ended(ProcessId process) {
    for (Waiting reader : waiting) {
      if (reader.process.equals(process)) {
        reader.ended = true;
        LockSupport.unpark(reader.thread);
      }
    }
  }

  private AgentInput.LogRead pieceInTime(Path file, AgentEffect.ReadLog read) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(read.waitMillis());
    Waiting self = new Waiting(read.process(), Thread.currentThread());
    waiting.add(self);
    try {
      long pause = POLL_NANOS_MIN;
      AgentInput.LogRead piece = piece(file, read);
      while (piece.content().size() == 0 && !self.ended && System.nanoTime() < deadline) {
        LockSupport.parkNanos(pause);
        pause = Math.min(2 * pause, POLL_NANOS_MAX);
        piece = piece(file, read);
      }
      return piece;
    } finally {
      waiting.remove(self);
    }
  }

  private AgentInput.LogRead piece(Path file, AgentEffect.ReadLog read) {
    long wanted = Math.max(0, read.offset());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (true) {
        long start = Math.max(wanted, keptFrom(channel.size()));
        ByteBuffer piece = ByteBuffer.allocate(pieceBytes(channel.size() - start));
        while (piece.hasRemaining() && channel.read(piece, start + piece.position()) > 0) {
          // Until the piece is full or the file ends.
        }
        // What was read may have been given back meanwhile; then it is looked for further on.
        if (start >= keptFrom(channel.size())) {
          Bytes content = Bytes.wrap(Arrays.copyOf(piece.array(), piece.position()));
          return new AgentInput.LogRead(read.token(), content, start + content.size());
        }
      }
    } catch (IOException e) {
      // A process that has written nothing may have no file.
      return new AgentInput.LogRead(read.token(), Bytes.EMPTY, wanted);
    }
  }

  private static int pieceBytes(long left) {
    return (int) Math.clamp(left, 0, PIECE_BYTES);
  }

  private long keptFrom(long size) {
    return size <= keptBytesMax ? 0 : ((size - keptBytesMax / 2) / BLOCK_BYTES + 1) * BLOCK_BYTES;
  }
}
