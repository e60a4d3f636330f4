package io.nefele.agent;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** One thread that does what it is given, in that order, and does not keep the JVM alive. */
final class SerialThread {
  private static final int PATIENCE_SECONDS = 5;

  private final ExecutorService executor;

  SerialThread(String name) {
    this.executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  void execute(Runnable task) {
    executor.execute(task);
  }

  /** Takes nothing more. Returns whether all that it was given is done, which is waited for. */
  boolean close() throws InterruptedException {
    executor.shutdown();
    return executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
