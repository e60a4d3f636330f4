package io.nefele.gossip;

import io.nefele.core.Durations;
import java.time.Duration;

/**
 * How well this agent itself seems to do (Lifeguard section IV-A, "local health multiplier"): one
 * that misses answers it should have had waits longer before it blames others.
 */
final class LocalHealth {
  private final int worst;
  private int score;

  LocalHealth(int worst) {
    this.worst = worst;
  }

  void improved() {
    worsened(-1);
  }

  void worsened(int by) {
    score = Math.clamp((long) score + by, 0, worst);
  }

  Duration stretch(Duration duration) {
    return Durations.multiply(duration, score + 1L);
  }

  /** Whether this agent seems to have far too much to do. */
  boolean isPoor() {
    return score > 0 && 2 * score >= worst;
  }

  int score() {
    return score;
  }
}
