package io.nefele.table;

import io.nefele.core.AgentId;
import java.time.Duration;
import java.util.List;

/** What happens to {@link Queries}. */
public sealed interface QueryInput {

  /**
   * Somebody asks.
   *
   * @param token the asker's own, comes back with {@link QueryEffect.Answered}
   * @param subtrees who has to be asked besides this agent's own group
   * @param deadline after which those that did not answer are named
   */
  record Asked(long token, Filter filter, List<Subtree> subtrees, Duration deadline)
      implements QueryInput {}

  record Received(AgentId from, QueryMessage message) implements QueryInput {}

  record DeadlinePassed(long query) implements QueryInput {}

  /**
   * A part of the fabric that answers with one voice.
   *
   * @param label what people call it
   * @param speaker whom to ask
   */
  record Subtree(String label, AgentId speaker) {}
}
