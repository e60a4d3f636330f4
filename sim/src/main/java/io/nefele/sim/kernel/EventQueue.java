package io.nefele.sim.kernel;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The events to come, ordered by time, then by a tie-breaker. A heap of four children a node over
 * flat arrays: the four children of a node lie in one cache line, and nothing is allocated per
 * event.
 */
final class EventQueue {
  private long[] times = new long[1024];
  private long[] ties = new long[1024];
  private @Nullable Runnable[] actions = new @Nullable Runnable[1024];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** When the first event is due; there must be one. */
  long firstTime() {
    return times[0];
  }

  void add(long time, long tie, Runnable action) {
    if (size == times.length) {
      times = Arrays.copyOf(times, size * 2);
      ties = Arrays.copyOf(ties, size * 2);
      actions = Arrays.copyOf(actions, size * 2);
    }
    int hole = size++;
    while (hole > 0) {
      int parent = (hole - 1) >> 2;
      if (!before(time, tie, parent)) {
        break;
      }
      move(parent, hole);
      hole = parent;
    }
    put(hole, time, tie, action);
  }

  /** Removes the first event; there must be one. */
  Runnable remove() {
    Runnable first = Objects.requireNonNull(actions[0]);
    int last = --size;
    long time = times[last];
    long tie = ties[last];
    Runnable action = Objects.requireNonNull(actions[last]);
    actions[last] = null;
    if (last > 0) {
      sink(time, tie, action);
    }
    return first;
  }

  private void sink(long time, long tie, Runnable action) {
    int hole = 0;
    while (true) {
      int child = (hole << 2) + 1;
      if (child >= size) {
        break;
      }
      int least = child;
      int end = Math.min(child + 4, size);
      for (int i = child + 1; i < end; i++) {
        if (before(times[i], ties[i], least)) {
          least = i;
        }
      }
      if (before(time, tie, least)) {
        break;
      }
      move(least, hole);
      hole = least;
    }
    put(hole, time, tie, action);
  }

  private boolean before(long time, long tie, int other) {
    return time < times[other] || (time == times[other] && tie < ties[other]);
  }

  private void move(int from, int to) {
    times[to] = times[from];
    ties[to] = ties[from];
    actions[to] = actions[from];
  }

  private void put(int at, long time, long tie, Runnable action) {
    times[at] = time;
    ties[at] = tie;
    actions[at] = action;
  }
}
