package io.nefele.shm;

import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.mailbox.RefusalReason;
import io.nefele.mailbox.chronicle.SharedMessage;
import io.nefele.mailbox.chronicle.SharedQueueReader;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox whose reader takes messages straight out of shared memory. Java programs of the same
 * server, user and tenant that send with {@link SharedSender} write there; what comes from
 * elsewhere comes over the agent, as ever, and is read here as well. A mailbox that can't be
 * shared, because the agent is another user's, is read over the agent alone.
 *
 * <p>Messages of one sender come in the order in which it sent them. What waits when the reader
 * ends, or is killed, is there for the next one: a mailbox stays shared until it is closed. A
 * message that was handed over is gone; one that the agent hands over in the moment in which this
 * program is killed is lost, as with {@link Nefele#take}.
 *
 * <p>A mailbox has one reader at a time. {@link #take} is for one thread at a time, {@link #close}
 * for the same or when no other is in {@code take}.
 */
public final class SharedMailbox implements AutoCloseable {
  private final Nefele agent;
  private final ProcessId mailbox;
  private final @Nullable SharedQueueReader reader;
  private final @Nullable Inflow inflow;

  private SharedMailbox(
      Nefele agent,
      ProcessId mailbox,
      @Nullable SharedQueueReader reader,
      @Nullable Inflow inflow) {
    this.agent = agent;
    this.mailbox = mailbox;
    this.reader = reader;
    this.inflow = inflow;
  }

  /**
   * Opens a mailbox of the agent's server for reading.
   *
   * @param agent stays open as long as the mailbox
   * @param as the mailbox, by name or id; a name that nobody has becomes a mailbox
   * @throws NefeleException of kind {@code REFUSED} if somebody else reads it
   */
  public static SharedMailbox open(Nefele agent, String as) throws NefeleException {
    Response.SharedQueue queue = agent.sharedQueues().open(as);
    if (queue.path().isEmpty()) {
      return new SharedMailbox(agent, queue.mailbox(), null, null);
    }
    Path path = Path.of(queue.path());
    try {
      SharedQueueReader reader = new SharedQueueReader(path);
      boolean opened = false;
      try {
        Inflow inflow = Inflow.start(agent, queue.mailbox(), path, reader);
        opened = true;
        return new SharedMailbox(agent, queue.mailbox(), reader, inflow);
      } finally {
        if (!opened) {
          reader.close();
        }
      }
    } catch (IOException e) {
      throw new NefeleException(ErrorKind.REFUSED, "mailbox '" + as + "': " + e.getMessage());
    }
  }

  /** The mailbox's id. */
  public ProcessId id() {
    return mailbox;
  }

  /** Whether it is read through shared memory. */
  public boolean isShared() {
    return reader != null;
  }

  /**
   * The next message.
   *
   * @return empty if none came in time
   * @throws NefeleException if the mailbox has been closed and nothing is left in it
   */
  public Optional<SharedMessage> take(Duration timeout) throws NefeleException {
    SharedQueueReader shared = reader;
    if (shared == null) {
      return agent.take(mailbox.toString(), timeout).map(Inflow::message);
    }
    try {
      Optional<SharedMessage> next = shared.take(timeout);
      if (next.isEmpty() && shared.isClosed()) {
        throw failed(RefusalReason.CLOSED.text());
      }
      return next;
    } catch (IOException e) {
      throw failed(String.valueOf(e.getMessage()));
    }
  }

  private NefeleException failed(String why) {
    return new NefeleException(ErrorKind.FAILED, "mailbox " + mailbox + ": " + why);
  }

  /** Ends reading; the mailbox and what waits in it stay. */
  @Override
  public void close() {
    if (inflow != null) {
      inflow.close();
    }
    if (reader != null) {
      try {
        reader.close();
      } catch (IOException e) {
        // Its lock is the kernel's to take back.
      }
    }
  }
}
