package io.nefele.hierarchy;

import io.nefele.core.AgentId;
import java.time.Duration;
import java.util.Optional;

/** How far away other agents are, as far as that is known now. */
@FunctionalInterface
public interface Distances {

  /** The round trip to {@code agent}; empty if it was not measured or estimated yet. */
  Optional<Duration> rtt(AgentId agent);
}
