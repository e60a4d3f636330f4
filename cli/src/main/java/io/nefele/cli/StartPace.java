package io.nefele.cli;

import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How many agents of a local fabric start at a time. Starting is work for the processor alone: all
 * at once they would all be slow, and whoever is ready would meet only agents that do not answer in
 * time.
 */
final class StartPace {
  private static final int AT_ONCE = Math.max(5, 2 * Runtime.getRuntime().availableProcessors());
  private static final long POLL_MILLIS = 10;

  /** After which it is worth a look whether an agent that is not ready runs at all. */
  private static final long DOUBT_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private record Starting(int number, long sinceNanos) {}

  private final FabricHome home;
  private final OwnProcesses processes;
  private final List<Starting> starting = new ArrayList<>();

  StartPace(FabricHome home, OwnProcesses processes) {
    this.home = home;
    this.processes = processes;
  }

  /**
   * Returns when one more may start. One that has ended keeps nobody from it, nor does one that is
   * not ready after 20 s.
   */
  void await() throws NefeleException {
    starting.removeIf(this::isOver);
    while (starting.size() >= AT_ONCE) {
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new NefeleException(ErrorKind.FAILED, "interrupted", e);
      }
      starting.removeIf(this::isOver);
    }
  }

  /** Agent {@code number} was started, and was not there before. */
  void started(int number) {
    starting.add(new Starting(number, System.nanoTime()));
  }

  private boolean isOver(Starting agent) {
    long elapsed = System.nanoTime() - agent.sinceNanos;
    return Files.exists(home.socket(agent.number))
        || elapsed > PATIENCE_NANOS
        || (elapsed > DOUBT_NANOS && processes.agent(agent.number).isEmpty());
  }
}
