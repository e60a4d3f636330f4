package io.nefele.mailbox;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What {@link Calls} is told. A {@code call} is a number that the runtime gives out once. */
public sealed interface CallInput {

  /**
   * A client calls.
   *
   * @param deadline in the agent's monotonic time
   */
  record Asked(long call, Instant deadline) implements CallInput {}

  /**
   * Who can answer now, best first: the answer to {@link CallEffect.Resolve}.
   *
   * @param pool nobody, if nobody has the name
   */
  record Resolved(long call, List<ProcessId> pool) implements CallInput {
    public Resolved {
      pool = List.copyOf(pool);
    }
  }

  /**
   * Nobody can answer now, but somebody is about to be started who will: the answer to {@link
   * CallEffect.Resolve}, too.
   */
  record Expected(long call) implements CallInput {}

  /** The request lies in the mailbox. */
  record Stored(long call, ProcessId at) implements CallInput {}

  /** The request was not taken, or nobody said that it was. */
  record NotStored(long call, ProcessId at, CallOutcome.Why why) implements CallInput {}

  /**
   * A reply came.
   *
   * @param from who sent it, if it says so
   */
  record Replied(long call, Optional<ProcessId> from, Bytes payload) implements CallInput {}

  /** How a mailbox is, asked for or not. */
  record News(ProcessId mailbox, boolean open) implements CallInput {}

  /** The agent is gone; its processes may live on, and it may return. */
  record PeerGone(AgentId agent) implements CallInput {}

  /** The client is gone and takes no answer. */
  record Cancelled(long call) implements CallInput {}

  record TimerFired(CallTimer timer) implements CallInput {}
}
