package io.nefele.hierarchy;

import io.nefele.core.AgentId;
import java.time.Duration;
import java.util.Optional;

/** How far away other agents are, as far as that is known now. */
@FunctionalInterface
public interface Distances {

  /** The round trip to {@code agent}; empty if it was not measured or estimated yet. */
  Optional<Duration> rtt(AgentId agent);

  /**
   * Two round trips, measured or estimated in the same way, so that chance alone does not make one
   * of them the shorter.
   *
   * @param far to the agent that is left if the other one is clearly nearer
   * @param near to that other one
   */
  record Comparison(Duration far, Duration near) {}

  /** Compares {@code far} and {@code near}; empty if nothing can be said. */
  default Optional<Comparison> compare(AgentId far, AgentId near) {
    return rtt(far).flatMap(left -> rtt(near).map(right -> new Comparison(left, right)));
  }
}
