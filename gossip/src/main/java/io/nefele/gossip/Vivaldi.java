package io.nefele.gossip;

import io.nefele.core.AgentId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * This agent's place in the space of round trips, pulled by every probe towards where it predicts
 * the probe's time (Dabek et al., SIGCOMM 2004, figure 3 with the height vector of section 2.6).
 * Each member's samples pass a median of three first, since one late answer says nothing about
 * distance (Ledlie, Gardner, Seltzer, NSDI 2007, section 4).
 */
final class Vivaldi {
  private static final double ERROR_GAIN = 0.25;
  private static final double MOVE_GAIN = 0.25;
  private static final int SAMPLES = 3;
  private static final int SETTLED_OBSERVATIONS = 20;
  private static final double MIN_RTT_MILLIS = 0.01;
  private static final double MAX_RTT_MILLIS = 10_000;

  private final RandomGenerator random;
  private final TreeMap<AgentId, List<Double>> samples = new TreeMap<>();
  private final double[] position = new double[Coordinate.DIMENSIONS];
  private double height = Coordinate.MIN_HEIGHT_MILLIS;
  private int observations;
  private double error = Coordinate.MAX_ERROR;

  Vivaldi(RandomGenerator random) {
    this.random = random;
  }

  /** Takes one measured round trip to {@code peer}, who sees itself at {@code theirs}. */
  void observe(AgentId peer, Coordinate theirs, Duration rtt) {
    double measured = rtt.toNanos() / 1e6;
    if (measured > MAX_RTT_MILLIS) {
      return;
    }
    List<Double> recent = samples.computeIfAbsent(peer, p -> new ArrayList<>(SAMPLES));
    if (recent.size() == SAMPLES) {
      recent.removeFirst();
    }
    observations++;
    recent.add(Math.max(measured, MIN_RTT_MILLIS));
    move(theirs, median(recent));
  }

  /** The median of the last measured round trips. */
  Optional<Duration> measured(AgentId peer) {
    return Optional.ofNullable(samples.get(peer))
        .map(recent -> Duration.ofNanos((long) (median(recent) * 1e6)));
  }

  /** Whether enough was observed for the coordinate to mean something. */
  boolean isSettled() {
    return observations >= SETTLED_OBSERVATIONS;
  }

  void forget(AgentId peer) {
    samples.remove(peer);
  }

  Coordinate coordinate() {
    List<Float> components = new ArrayList<>(position.length);
    for (double component : position) {
      components.add((float) component);
    }
    return new Coordinate(components, (float) height, (float) error);
  }

  private void move(Coordinate theirs, double rtt) {
    double[] away = new double[position.length];
    double flat = 0;
    for (int i = 0; i < position.length; i++) {
      away[i] = position[i] - theirs.position().get(i);
      flat += away[i] * away[i];
    }
    flat = Math.sqrt(flat);
    double predicted = flat + height + theirs.height();
    double weight = error / Math.max(error + theirs.error(), 1e-6);
    double sampleError = Math.abs(predicted - rtt) / rtt;
    error =
        Math.clamp(
            sampleError * ERROR_GAIN * weight + error * (1 - ERROR_GAIN * weight),
            0,
            Coordinate.MAX_ERROR);
    double force = MOVE_GAIN * weight * (rtt - predicted);
    if (flat > 1e-6) {
      for (int i = 0; i < position.length; i++) {
        position[i] = bounded(position[i] + away[i] / flat * force);
      }
      height += (height + theirs.height()) * force / predicted;
      height = Math.clamp(height, Coordinate.MIN_HEIGHT_MILLIS, MAX_RTT_MILLIS);
    } else {
      // Two agents in one place: any direction parts them.
      for (int i = 0; i < position.length; i++) {
        position[i] = bounded(position[i] + (random.nextDouble() - 0.5) * force);
      }
    }
  }

  private static double bounded(double component) {
    return Math.clamp(component, -MAX_RTT_MILLIS, MAX_RTT_MILLIS);
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
