package io.nefele.table;

import java.util.Locale;

/**
 * The life of a process. A row moves forward in this order, and back only when its process is
 * started again, which it counts: of two copies the one with more restarts, then the later state,
 * is the newer.
 */
public enum ProcessState {
  /** Placed, held back until all processes of its spawn are there. */
  REQUESTED,
  /** Let go, the program has not been entered yet; or it has ended and is to be started again. */
  STARTING,
  RUNNING,
  /** It ended, and how is known. */
  EXITED,
  /**
   * It is gone and nobody saw how; or its agent is gone, and nobody can know. In the second case
   * the state is an answer of the agent's peers, never written into the row.
   */
  LOST;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** As answers and people write it. */
  public String text() {
    return text;
  }

  /** Whether the process can still do something. */
  public boolean isLive() {
    return this != EXITED && this != LOST;
  }

  /** Whether a row may go from this state to {@code next}. */
  boolean mayBecome(ProcessState next) {
    return compareTo(next) <= 0 && (isLive() || this == next);
  }
}
