package io.nefele.sim.world;

/**
 * A connection that {@code holder} holds to another life to hear of its end.
 *
 * @param untilNanos when its lease is over
 */
record Watch(Life holder, long untilNanos) {}
