package io.nefele.table;

import io.nefele.core.AgentId;
import java.time.Duration;

/** What happens to {@link Queries}. */
public sealed interface QueryInput {

  /**
   * Somebody asks.
   *
   * @param token the asker's own, comes back with {@link QueryEffect.Answered}
   * @param deadline after which those that did not answer are named
   * @param streamed whether the rows of processes, and only those, are to be told as they come, by
   *     {@link QueryEffect.Streamed}
   */
  record Asked(long token, Filter filter, Reach reach, Duration deadline, boolean streamed)
      implements QueryInput {}

  record Received(AgentId from, QueryMessage message) implements QueryInput {}

  /** An agent is gone, as everybody hears now. */
  record AgentLost(AgentId agent) implements QueryInput {}

  record DeadlinePassed(long query) implements QueryInput {}
}
