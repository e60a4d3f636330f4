package io.nefele.agent.outside;

import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/** When something that was begun has to be over. */
record Deadline(long atNanos) {
  static Deadline in(int millis) {
    return new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /**
   * At least 1: to sockets 0 means for ever.
   *
   * @throws SocketTimeoutException if nothing is left
   */
  int leftMillis() throws SocketTimeoutException {
    long left = TimeUnit.NANOSECONDS.toMillis(atNanos - System.nanoTime());
    if (left < 1) {
      throw new SocketTimeoutException("the time is over");
    }
    return (int) left;
  }
}
