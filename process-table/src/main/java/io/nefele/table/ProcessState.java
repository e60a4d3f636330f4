package io.nefele.table;

/**
 * The life of a process. A row only ever moves forward in this order, which is what makes two
 * copies of it mergeable (its join is the later state).
 */
public enum ProcessState {
  /** Placed, held back until all processes of its spawn are there. */
  REQUESTED,
  /** Let go; the program has not been entered yet. */
  STARTING,
  RUNNING,
  /** It ended, and how is known. */
  EXITED,
  /**
   * It is gone and nobody saw how; or its agent is gone, and nobody can know. In the second case
   * the state is an answer of the agent's peers, never written into the row.
   */
  LOST;

  /** Whether the process can still do something. */
  public boolean isLive() {
    return this != EXITED && this != LOST;
  }

  /** Whether a row may go from this state to {@code next}. */
  boolean mayBecome(ProcessState next) {
    return compareTo(next) <= 0 && (isLive() || this == next);
  }
}
