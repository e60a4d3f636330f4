package io.nefele.lib.rollout;

import java.time.Duration;

/**
 * How a pool is replaced.
 *
 * @param count how many processes there are to be
 * @param maxSurge how many more than that there may be meanwhile
 * @param maxUnavailable how many fewer than that may be ready meanwhile
 * @param minReady for how long one that is not checked must have run to be taken for ready
 * @param readyWithin one that is not ready so long after its start has failed
 * @param grace from SIGTERM to SIGKILL
 */
public record RolloutTerms(
    int count,
    int maxSurge,
    int maxUnavailable,
    Duration minReady,
    Duration readyWithin,
    Duration grace) {
  public RolloutTerms {
    if (count < 0 || maxSurge < 0 || maxUnavailable < 0) {
      throw new IllegalArgumentException(
          "a pool is of 0 processes or more, with 0 or more above and below that; got "
              + count
              + ", "
              + maxSurge
              + " and "
              + maxUnavailable);
    }
    if (maxSurge == 0 && maxUnavailable == 0) {
      throw new IllegalArgumentException(
          "with neither more processes nor fewer than wanted none can be replaced; let max-surge"
              + " or max-unavailable be 1 or more");
    }
  }
}
