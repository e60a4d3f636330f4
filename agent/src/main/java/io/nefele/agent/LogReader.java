package io.nefele.agent;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.core.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;

/** Reads captured output, a piece at a time, away from the loop. */
final class LogReader {
  private static final int PIECE_BYTES = 1 << 20;

  private LogReader() {}

  static void read(ProcessBridge processes, AgentEffect.ReadLog read, Consumer<AgentInput> inputs) {
    Path file = processes.log(read.process(), read.standardError());
    Thread.ofVirtual()
        .name("nefele-log-reader")
        .start(() -> inputs.accept(piece(file, read.token(), Math.max(0, read.offset()))));
  }

  private static AgentInput.LogRead piece(Path file, long token, long offset) {
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (piece.hasRemaining() && channel.read(piece, offset + piece.position()) > 0) {
        // Until the piece is full or the file ends.
      }
    } catch (IOException e) {
      // A process that has written nothing may have no file.
    }
    Bytes content = Bytes.wrap(Arrays.copyOf(piece.array(), piece.position()));
    return new AgentInput.LogRead(token, content, offset + content.size());
  }
}
