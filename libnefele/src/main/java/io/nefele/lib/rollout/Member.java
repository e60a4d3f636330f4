package io.nefele.lib.rollout;

import io.nefele.core.ProcessId;

/**
 * A process of the pool.
 *
 * @param revision what it was started as; equal for those that need no replacement
 * @param restarts how often it was started again
 * @param how it is, for people
 */
public record Member(ProcessId id, String revision, Condition condition, int restarts, String how) {

  /** How a process of the pool is. */
  public enum Condition {
    /** It is there, and held until those that it starts after are well. */
    WAITING,
    STARTING,
    /** It runs, and is not checked. */
    UP,
    HEALTHY,
    UNHEALTHY,
    ENDED,
    /** Its agent is gone. */
    LOST;

    boolean isLive() {
      return this != ENDED && this != LOST;
    }
  }
}
