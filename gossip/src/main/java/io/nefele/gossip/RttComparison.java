package io.nefele.gossip;

import java.time.Duration;

/**
 * Two round trips that can be compared.
 *
 * @param far to the agent that is taken to be far; at least this
 * @param near to the one that is taken to be near; at most this, where it was measured as often
 */
public record RttComparison(Duration far, Duration near) {}
