package io.nefele.hierarchy;

import io.nefele.core.Durations;
import java.time.Duration;

/**
 * How long an agent waits for the first view of a group that it enters. Each time that none came it
 * waits twice as long for the next, up to eight times the join timeout: where the servers have too
 * much to do, to begin anew all the time would be what keeps them busy.
 */
final class EntryPatience {
  private static final int MOST_DOUBLINGS = 3;

  private final Duration joinTimeout;
  private int overdue;

  EntryPatience(Duration joinTimeout) {
    this.joinTimeout = joinTimeout;
  }

  Duration now() {
    return Durations.multiply(joinTimeout, 1L << overdue);
  }

  void viewCame() {
    overdue = 0;
  }

  void noViewCame() {
    overdue = Math.min(overdue + 1, MOST_DOUBLINGS);
  }
}
