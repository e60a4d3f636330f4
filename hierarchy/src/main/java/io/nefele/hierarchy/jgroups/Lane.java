package io.nefele.hierarchy.jgroups;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Runs blocking calls in order, one at a time, on a virtual thread that lives while there is work.
 * What waits is bounded by its size: beyond the bound a task is refused. Thread-safe.
 */
final class Lane {
  private static final ThreadLocal<Boolean> RUNS_ONE = ThreadLocal.withInitial(() -> false);

  private record Task(Runnable work, int bytes) {}

  private final String name;
  private final long limitBytes;
  private final Queue<Task> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean running;

  /**
   * @param limitBytes how much may wait; a single task always may
   */
  Lane(String name, long limitBytes) {
    this.name = name;
    this.limitBytes = limitBytes;
  }

  /**
   * Queues {@code work}, which holds {@code bytes} bytes while it waits.
   *
   * @return whether there was room
   */
  synchronized boolean run(int bytes, Runnable work) {
    if (waitingBytes > 0 && waitingBytes + bytes > limitBytes) {
      return false;
    }
    waiting.add(new Task(work, bytes));
    waitingBytes += bytes;
    if (!running) {
      running = true;
      Thread.ofVirtual().name(name).start(this::drain);
    }
    return true;
  }

  /** Whether the calling thread is a lane's, which may block. */
  static boolean isCurrent() {
    return RUNS_ONE.get();
  }

  private void drain() {
    RUNS_ONE.set(true);
    while (true) {
      Task task;
      synchronized (this) {
        task = waiting.poll();
        if (task == null) {
          running = false;
          return;
        }
      }
      try {
        task.work.run();
      } finally {
        synchronized (this) {
          waitingBytes -= task.bytes;
        }
      }
    }
  }
}
