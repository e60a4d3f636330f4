package io.nefele.sim.world;

import java.util.ArrayDeque;

/**
 * One direction between two lives: reliable and in order, as over TCP; see {@link Network#send}.
 */
final class Channel {
  /** What arrived at a blocked link and waits for its opening. */
  record Held(long sinceNanos, Runnable arrival) {}

  final int from;
  final int to;
  final ArrayDeque<Held> held = new ArrayDeque<>();
  long lastArrivalNanos;
  boolean draining;

  Channel(int from, int to) {
    this.from = from;
    this.to = to;
  }
}
