package io.nefele.cli;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.core.ProcessInput;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.ProcessSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The right to change a job or a pool, which one command at a time has in the whole fabric: a
 * process claims a name, and lives for as long as this command feeds it. It ends by itself if the
 * command is no more, so that nobody has to break a lock.
 */
final class PoolLock implements AutoCloseable {
  private static final Duration BEAT = Duration.ofSeconds(5);
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final int SIGKILL = 9;

  /** Three beats may be late. */
  private static final String HOLDER = "while [ \"$(timeout 20 head -c 1)\" = . ]; do :; done";

  private final Nefele agent;
  private final ProcessId holder;
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile boolean lost;

  private PoolLock(Nefele agent, ProcessId holder) {
    this.agent = agent;
    this.holder = holder;
  }

  /**
   * Takes it.
   *
   * @param name what is to be changed, a name of a name's form
   * @throws NefeleException of kind {@code REFUSED} while another command has it
   */
  static PoolLock take(Nefele agent, String name) throws NefeleException {
    ProcessId holder =
        agent
            .spawn(
                ProcessSpec.of(List.of("/bin/sh", "-c", HOLDER))
                    .input(new ProcessInput.Fed())
                    .labels(List.of("nefele.lock=" + name))
                    .build())
            .getFirst();
    PoolLock lock = new PoolLock(agent, holder);
    Thread.ofVirtual().name("lock").start(lock::beat);
    try {
      agent.claim(holder, name, DEADLINE);
      return lock;
    } catch (NefeleException e) {
      lock.close();
      throw e.kind() == ErrorKind.REFUSED
          ? new NefeleException(
              ErrorKind.REFUSED,
              "another command is changing the same just now; try again when it has ended")
          : e;
    }
  }

  private void beat() {
    try {
      for (long offset = 0; ; offset++) {
        if (agent.streams().feed(holder, offset, Bytes.utf8("."), false, BEAT).closed()) {
          lost = true;
          return;
        }
        if (released.await(BEAT.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (NefeleException e) {
      lost = true;
    }
  }

  /**
   * Says that it is still held.
   *
   * @throws NefeleException if it is not
   */
  void check() throws NefeleException {
    if (lost) {
      throw new NefeleException(
          ErrorKind.FAILED,
          "process " + holder + ", which kept others from changing the same, is gone; do it again");
    }
  }

  @Override
  public void close() throws NefeleException {
    released.countDown();
    try {
      agent.signal(List.of(holder), SIGKILL);
    } catch (NefeleException e) {
      if (e.kind() == ErrorKind.UNREACHABLE) {
        throw e;
      }
      // It has ended already.
    }
  }
}
