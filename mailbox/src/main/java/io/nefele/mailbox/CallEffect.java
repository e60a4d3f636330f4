package io.nefele.mailbox;

import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;

/** What {@link Calls} wants done. */
public sealed interface CallEffect {

  /** Find out who can answer; answered by {@link CallInput.Resolved}. */
  record Resolve(long call) implements CallEffect {}

  /**
   * Send the request; answered by {@link CallInput.Stored} or {@link CallInput.NotStored}.
   *
   * @param giveUpAt when to stop repeating it
   */
  record Attempt(long call, ProcessId to, Instant giveUpAt) implements CallEffect {}

  /** Ask how a mailbox is; {@link CallInput.News} may follow. */
  record Ask(ProcessId mailbox) implements CallEffect {}

  /** Tell the caller; exactly once for each call that is not cancelled. */
  record Finished(long call, CallOutcome outcome) implements CallEffect {}

  /** Replaces the timer of the same value. */
  record SetTimer(CallTimer timer, Duration delay) implements CallEffect {}

  record CancelTimer(CallTimer timer) implements CallEffect {}
}
