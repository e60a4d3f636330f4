package io.nefele.cli;

import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How many agents of a local fabric start at a time. Starting is work for the processor alone: all
 * at once they would all be slow, and whoever is ready would meet only agents that do not answer in
 * time.
 */
final class StartPace {
  private static final int AT_ONCE = Math.max(5, 2 * Runtime.getRuntime().availableProcessors());
  private static final long PATIENCE_NANOS = 3_000_000_000L;
  private static final long POLL_MILLIS = 5;

  private record Starting(Path socket, long sinceNanos) {
    boolean isOver() {
      return Files.exists(socket) || System.nanoTime() - sinceNanos > PATIENCE_NANOS;
    }
  }

  private final List<Starting> starting = new ArrayList<>();

  /** Returns when one more may start. One that is not ready after 3 s keeps nobody from it. */
  void await() throws NefeleException {
    starting.removeIf(Starting::isOver);
    while (starting.size() >= AT_ONCE) {
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new NefeleException(ErrorKind.FAILED, "interrupted", e);
      }
      starting.removeIf(Starting::isOver);
    }
  }

  /** An agent was started that is ready when {@code socket} is there. */
  void started(Path socket) {
    starting.add(new Starting(socket, System.nanoTime()));
  }
}
