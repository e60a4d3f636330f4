package io.nefele.shm;

import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.mailbox.RefusalReason;
import io.nefele.mailbox.chronicle.SharedMessage;
import io.nefele.mailbox.chronicle.SharedQueueReader;
import io.nefele.mailbox.chronicle.SharedQueueWriter;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Brings what comes to a mailbox over the agent into its shared queue, one message after the other:
 * asking the agent for the next says that the one before is there, on which the order of a sender
 * that changes over to the queue rests.
 */
final class Inflow implements AutoCloseable {
  private static final Duration WAIT = Duration.ofMinutes(5);
  private static final Duration JOIN = Duration.ofMillis(20);
  private static final long FULL_PAUSE_NANOS = 1_000_000;
  private static final long AWAY_PAUSE_NANOS = 100_000_000;

  private final Nefele agent;
  private final ProcessId mailbox;
  private final SharedQueueReader reader;
  private final SharedQueueWriter queue;
  private final Thread thread;
  private volatile boolean ending;

  private Inflow(
      Nefele agent, ProcessId mailbox, SharedQueueReader reader, SharedQueueWriter queue) {
    this.agent = agent;
    this.mailbox = mailbox;
    this.reader = reader;
    this.queue = queue;
    this.thread = Thread.ofPlatform().daemon().name("nefele-inflow").unstarted(this::run);
  }

  static Inflow start(Nefele agent, ProcessId mailbox, Path queue, SharedQueueReader reader)
      throws IOException {
    Inflow inflow = new Inflow(agent, mailbox, reader, new SharedQueueWriter(queue));
    inflow.thread.start();
    return inflow;
  }

  static SharedMessage message(Response.Letter letter) {
    return new SharedMessage(
        letter.from(), letter.topic(), letter.sentAtMillis(), letter.payload());
  }

  private void run() {
    try {
      while (!ending && !reader.isClosed()) {
        Optional<Response.Letter> letter = next();
        if (letter.isPresent()) {
          put(message(letter.get()));
        }
      }
    } catch (IOException e) {
      // The queue is damaged; its reader finds that out by itself.
    }
    reader.wake();
  }

  private Optional<Response.Letter> next() {
    try {
      return agent.sharedQueues().take(mailbox.toString(), WAIT);
    } catch (NefeleException e) {
      // The agent is away, or the mailbox is closed, which the reader sees at once.
      reader.wake();
      if (!ending && !reader.isClosed()) {
        LockSupport.parkNanos(AWAY_PAUSE_NANOS);
      }
      return Optional.empty();
    }
  }

  private void put(SharedMessage message) throws IOException {
    while (queue.append(message).equals(Optional.of(RefusalReason.FULL))) {
      if (ending) {
        Optional<RefusalReason> unused = queue.appendInAnyCase(message);
        return;
      }
      // The agent's mailbox fills up meanwhile, and its senders are refused.
      LockSupport.parkNanos(FULL_PAUSE_NANOS);
    }
  }

  /** Ends it; nothing that was taken out of the agent is lost. */
  @Override
  public void close() {
    ending = true;
    try {
      while (!thread.join(JOIN)) {
        leave();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      thread.interrupt();
    }
    if (!thread.isAlive()) {
      queue.close();
    }
  }

  private void leave() {
    try {
      agent.sharedQueues().leave(mailbox.toString());
    } catch (NefeleException e) {
      if (e.kind() == ErrorKind.UNREACHABLE) {
        thread.interrupt();
      }
    }
  }
}
