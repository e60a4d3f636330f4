package io.nefele.shm;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.mailbox.RefusalReason;
import io.nefele.mailbox.chronicle.SharedMessage;
import io.nefele.mailbox.chronicle.SharedQueueWriter;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sends to one mailbox: straight into shared memory where its reader is a {@link SharedMailbox} of
 * the same server, user and tenant, else over the agent. The caller's code is the same, and so is
 * the order: a sender changes over to shared memory only when all that it sent over the agent is
 * there. When the mailbox is closed, the address is looked up anew, so a name leads to who has it
 * now.
 *
 * <p>Messages of one object are in order. For any number of threads.
 */
public final class SharedSender implements AutoCloseable {
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Nefele agent;
  private final Optional<ProcessId> from;
  private final String to;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable SharedQueueWriter queue; // guarded by lock
  private long pauseNanos; // guarded by lock
  private long lookedAtNanos; // guarded by lock

  /**
   * @param agent stays open as long as the sender
   * @param from the mailbox that replies go to
   * @param to the address of one: an id, a name or {@code any:NAME}
   */
  public SharedSender(Nefele agent, Optional<ProcessId> from, String to) {
    this.agent = agent;
    this.from = from;
    this.to = to;
  }

  /**
   * Sends a message. When this returns, it is stored in the receiver's mailbox.
   *
   * @param timeout if it goes over the agent
   * @throws NefeleException of kind {@code REFUSED} if the mailbox is full or the message is larger
   *     than 64 MiB; else as {@link Nefele#send}
   */
  public void send(Bytes payload, Duration timeout) throws NefeleException {
    lock.lock();
    try {
      SharedQueueWriter found = queue();
      if (found == null || !append(found, payload)) {
        agent.send(from.map(ProcessId::toString), to, payload, timeout);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether the last message went, and the next one will go, through shared memory. */
  public boolean isShared() {
    lock.lock();
    try {
      return queue != null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Appends to the queue.
   *
   * @return false if the mailbox is closed, and the address leads to no other queue now
   */
  private boolean append(SharedQueueWriter found, Bytes payload) throws NefeleException {
    SharedMessage message = new SharedMessage(from, "", System.currentTimeMillis(), payload);
    SharedQueueWriter next = found;
    while (next != null) {
      Optional<RefusalReason> refusal = appended(next, message);
      if (refusal.isEmpty()) {
        return true;
      }
      if (refusal.get() != RefusalReason.CLOSED) {
        throw new NefeleException(ErrorKind.REFUSED, "'" + to + "': " + refusal.get().text());
      }
      forget();
      next = queue();
    }
    return false;
  }

  private Optional<RefusalReason> appended(SharedQueueWriter to, SharedMessage message)
      throws NefeleException {
    try {
      return to.append(message);
    } catch (IOException e) {
      throw new NefeleException(
          ErrorKind.FAILED, "'" + this.to + "': " + e.getMessage() + "; close the mailbox");
    }
  }

  private @Nullable SharedQueueWriter queue() {
    if (queue != null) {
      return queue;
    }
    long now = System.nanoTime();
    if (pauseNanos == 0 || now - lookedAtNanos >= pauseNanos) {
      queue = look();
      lookedAtNanos = now;
      pauseNanos = Math.clamp(2 * pauseNanos, FIRST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
    }
    return queue;
  }

  private @Nullable SharedQueueWriter look() {
    try {
      Response.SharedQueue found = agent.sharedQueues().find(to);
      if (found.path().isEmpty()) {
        return null;
      }
      Path path = Path.of(found.path());
      return SharedQueueWriter.isOpenTo(path) ? new SharedQueueWriter(path) : null;
    } catch (NefeleException | IOException e) {
      // Sending over the agent tells what is wrong, if something is.
      return null;
    }
  }

  private void forget() {
    if (queue != null) {
      queue.close();
      queue = null;
    }
    pauseNanos = 0;
  }

  /** Lets go of the receiver's queue. */
  @Override
  public void close() {
    lock.lock();
    try {
      forget();
    } finally {
      lock.unlock();
    }
  }
}
