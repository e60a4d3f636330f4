package io.nefele.lib;

import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.Optional;

/**
 * Mailboxes that are read through shared memory, as far as the agent has to do with them; for
 * {@code io.nefele.shm}, which is what programs use. Blocks and fails as {@link Nefele} does.
 */
public final class SharedQueues {
  private final Asking asking;

  SharedQueues(Asking asking) {
    this.asking = asking;
  }

  /** Has a mailbox of the agent's server read through shared memory. */
  public Response.SharedQueue open(String as) throws NefeleException {
    return asking.ask(new Request.OpenSharedQueue(as), Asking.PATIENCE, Response.SharedQueue.class);
  }

  /** The mailbox behind an address, and where it can be written to through shared memory now. */
  public Response.SharedQueue find(String to) throws NefeleException {
    return asking.ask(new Request.FindSharedQueue(to), Asking.PATIENCE, Response.SharedQueue.class);
  }

  /**
   * The next message that came over the agent to a mailbox which is read through shared memory;
   * empty if none came in time, or {@link #leave} ended the wait.
   */
  public Optional<Response.Letter> take(String as, Duration timeout) throws NefeleException {
    return asking.take(
        new Request.TakeForQueue(as, Asking.millis(timeout)), timeout, Response.Letter.class);
  }

  /** Ends the waits of {@link #take} on this connection. */
  public void leave(String as) throws NefeleException {
    asking.ask(new Request.LeaveSharedQueue(as), Asking.PATIENCE, Response.Done.class);
  }
}
