package io.nefele.mailbox;

/** What a timer of {@link Calls} is for; there is at most one timer for each value. */
public sealed interface CallTimer {

  /** The caller waits no longer. */
  record Deadline(long call) implements CallTimer {}

  /** Ask whether the one that has the request is still there. */
  record Probe(long call) implements CallTimer {}

  /** Nobody could be asked: look again who there is. */
  record Again(long call) implements CallTimer {}
}
