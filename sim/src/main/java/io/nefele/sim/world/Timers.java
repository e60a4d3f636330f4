package io.nefele.sim.world;

import io.nefele.agent.core.AgentTimer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The timers that run in one life. A life has a handful, and sets and ends one in nearly every
 * step: they are searched one by one, by class before content, which is faster than hashing them.
 */
final class Timers {
  private @Nullable ArmedTimer[] armed = new @Nullable ArmedTimer[8];
  private int size;

  /** Lets {@code timer} run in place of an equal one. */
  void arm(ArmedTimer timer) {
    int at = find(timer.key());
    if (at >= 0) {
      armed[at] = timer;
      return;
    }
    if (size == armed.length) {
      armed = Arrays.copyOf(armed, size * 2);
    }
    armed[size++] = timer;
  }

  void cancel(AgentTimer timer) {
    removeAt(find(ArmedTimer.keyOf(timer)));
  }

  /** Ends {@code timer}, if it was neither cancelled nor replaced; else false. */
  boolean fire(ArmedTimer timer) {
    for (int i = 0; i < size; i++) {
      if (armed[i] == timer) {
        removeAt(i);
        return true;
      }
    }
    return false;
  }

  void clear() {
    Arrays.fill(armed, null);
    size = 0;
  }

  private int find(Object key) {
    for (int i = 0; i < size; i++) {
      Object other = Objects.requireNonNull(armed[i]).key();
      if (other == key || (other.getClass() == key.getClass() && other.equals(key))) {
        return i;
      }
    }
    return -1;
  }

  private void removeAt(int at) {
    if (at >= 0) {
      armed[at] = armed[--size];
      armed[size] = null;
    }
  }
}
