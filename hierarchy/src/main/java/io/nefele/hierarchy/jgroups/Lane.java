package io.nefele.hierarchy.jgroups;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Hands things over in order to somebody who may block, on a virtual thread that lives while there
 * is work. What waits is bounded by its size: beyond the bound a thing is refused. Thread-safe.
 *
 * @param <T> the things
 */
final class Lane<T> {
  private static final ThreadLocal<Boolean> RUNS_ONE = ThreadLocal.withInitial(() -> false);

  private record Item<T>(T thing, int bytes) {}

  private final String name;
  private final long limitBytes;
  private final int batchBytes;
  private final Consumer<List<T>> work;
  private final Queue<Item<T>> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean running;

  /**
   * @param limitBytes how much may wait; a single thing always may
   * @param batchBytes how much is handed over at once if as much waits; 0: one after the other
   * @param work gets one thing at least, in the order in which they came
   */
  Lane(String name, long limitBytes, int batchBytes, Consumer<List<T>> work) {
    this.name = name;
    this.limitBytes = limitBytes;
    this.batchBytes = batchBytes;
    this.work = work;
  }

  /** A lane for calls that may block, one at a time. */
  static Lane<Runnable> ofCalls(String name, long limitBytes) {
    return new Lane<>(name, limitBytes, 0, calls -> calls.forEach(Runnable::run));
  }

  /**
   * Queues {@code thing}, which holds {@code bytes} bytes while it waits.
   *
   * @return whether there was room
   */
  synchronized boolean put(T thing, int bytes) {
    if (waitingBytes > 0 && waitingBytes + bytes > limitBytes) {
      return false;
    }
    waiting.add(new Item<>(thing, bytes));
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
    List<T> batch = new ArrayList<>();
    while (true) {
      batch.clear();
      int bytes;
      synchronized (this) {
        bytes = take(batch);
        if (batch.isEmpty()) {
          running = false;
          return;
        }
      }
      try {
        work.accept(batch);
      } finally {
        synchronized (this) {
          waitingBytes -= bytes;
        }
      }
    }
  }

  /** Moves what is to be handed over next to {@code batch}; returns its size in bytes. */
  private int take(List<T> batch) {
    int bytes = 0;
    for (Item<T> next = waiting.peek(); next != null; next = waiting.peek()) {
      if (!batch.isEmpty() && bytes + next.bytes > batchBytes) {
        break;
      }
      waiting.remove();
      batch.add(next.thing);
      bytes += next.bytes;
      if (bytes >= batchBytes) {
        break;
      }
    }
    return bytes;
  }
}
