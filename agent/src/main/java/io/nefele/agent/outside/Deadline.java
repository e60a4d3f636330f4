package io.nefele.agent.outside;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** When something that was begun has to be over. */
record Deadline(long atNanos) {
  static Deadline in(int millis) {
    return new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /**
   * Runs it on a thread of its own. Whatever it waits for when the time is over ends then: an
   * interrupt closes the connection under a virtual thread.
   */
  static void run(String name, int millis, Runnable work) {
    Thread worker = Thread.ofVirtual().name(name).start(work);
    Thread.ofVirtual().name(name + "-watch").start(() -> endAfter(worker, millis));
  }

  /** To be run on a thread of its own. */
  static void endAfter(Thread worker, int millis) {
    try {
      if (!worker.join(Duration.ofMillis(millis))) {
        worker.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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

  /** What comes in; each read waits for no longer than what is left. */
  InputStream input(Socket socket) throws IOException {
    return new FilterInputStream(socket.getInputStream()) {
      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        socket.setSoTimeout(leftMillis());
        return super.read(bytes, offset, length);
      }
    };
  }
}
