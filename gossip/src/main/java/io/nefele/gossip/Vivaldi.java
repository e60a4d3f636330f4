package io.nefele.gossip;

import io.nefele.core.AgentId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
  private static final int SETTLED_OBSERVATIONS = 20;
  private static final double MIN_RTT_MILLIS = 0.01;
  private static final double MAX_RTT_MILLIS = 10_000;

  /** A plausible answer takes at most so many times what is expected, and so much more. */
  private static final double SURPRISE_FACTOR = 4;

  private static final double SURPRISE_MILLIS = 10;

  private final RandomGenerator random;

  private final Map<AgentId, Samples> samples = new LinkedHashMap<>();

  private double x;
  private double y;
  private double z;
  private double w;
  private double height = Coordinate.MIN_HEIGHT_MILLIS;
  private double error = Coordinate.MAX_ERROR;
  private int observations;
  private Coordinate coordinate = Coordinate.ORIGIN;

  /** The last round trips to one member, in milliseconds. */
  private static final class Samples {
    private static final int WINDOW = 5;

    private float newest;
    private float middle;
    private float oldest;
    private int count;
    private float least = Float.MAX_VALUE;
    private float leastBefore = Float.MAX_VALUE;
    private int inWindow;

    void add(double millis) {
      oldest = middle;
      middle = newest;
      newest = (float) millis;
      count = Math.min(count + 1, 3);
      if (inWindow == WINDOW) {
        leastBefore = least;
        least = Float.MAX_VALUE;
        inWindow = 0;
      }
      least = Math.min(least, newest);
      inWindow++;
    }

    /** Of the last five to ten, or of all if they are fewer. */
    float least() {
      return Math.min(least, leastBefore);
    }

    boolean areMany() {
      return inWindow == WINDOW || leastBefore < Float.MAX_VALUE;
    }

    float median() {
      if (count == 1) {
        return newest;
      }
      float low = Math.min(newest, middle);
      float high = Math.max(newest, middle);
      return count == 2 ? high : Math.clamp(oldest, low, high);
    }
  }

  Vivaldi(RandomGenerator random) {
    this.random = random;
  }

  /** Takes one measured round trip to {@code peer}, who sees itself at {@code theirs}. */
  void observe(AgentId peer, Coordinate theirs, Duration rtt) {
    double measured = rtt.toNanos() / 1e6;
    if (measured > MAX_RTT_MILLIS) {
      return;
    }
    Samples recent = samples.computeIfAbsent(peer, unused -> new Samples());
    observations++;
    recent.add(Math.max(measured, MIN_RTT_MILLIS));
    move(theirs, believed(recent, theirs));
    coordinate =
        new Coordinate((float) x, (float) y, (float) z, (float) w, (float) height, (float) error);
  }

  /** The median of the last measured round trips. */
  Optional<Duration> measured(AgentId peer) {
    return Optional.ofNullable(samples.get(peer)).map(recent -> duration(recent.median()));
  }

  /**
   * Compares two members by what was measured if {@code far} was measured five times: no answer
   * comes sooner than the way takes, however much either side has to do, so the least counts.
   * Otherwise by coordinates, both as wrong as these are, and to the disadvantage of {@code near}.
   *
   * @param farAt where {@code far} sees itself
   * @param nearAt where {@code near} sees itself
   */
  Optional<RttComparison> compare(
      AgentId far, Optional<Coordinate> farAt, AgentId near, Optional<Coordinate> nearAt) {
    Optional<Duration> nearAtMost = nearAt.map(at -> duration(coordinate.millisTo(at) * off(at)));
    Samples measured = samples.get(far);
    if (measured != null && measured.areMany()) {
      Duration least = duration(measured.least());
      return Optional.ofNullable(samples.get(near))
          .map(recent -> duration(recent.least()))
          .or(() -> nearAtMost)
          .map(most -> new RttComparison(least, most));
    }
    Optional<Duration> farAtLeast = farAt.map(at -> duration(coordinate.millisTo(at) / off(at)));
    return farAtLeast.flatMap(least -> nearAtMost.map(most -> new RttComparison(least, most)));
  }

  /** By what factor an estimate may be wrong. */
  private double off(Coordinate other) {
    return 1 + Math.max(coordinate.error(), other.error());
  }

  private static Duration duration(double millis) {
    return Duration.ofNanos((long) (millis * 1e6));
  }

  /** Whether enough was observed for the coordinate to mean something. */
  boolean isSettled() {
    return observations >= SETTLED_OBSERVATIONS;
  }

  void forget(AgentId peer) {
    samples.remove(peer);
  }

  Coordinate coordinate() {
    return coordinate;
  }

  /**
   * Among many each member is probed so seldom that there is no median to take: then no answer says
   * more than is plausible, so that a pause of one of the two throws nobody out of its place.
   */
  private double believed(Samples recent, Coordinate theirs) {
    double rtt = recent.median();
    return isSettled() && recent.count < 3
        ? Math.min(rtt, SURPRISE_FACTOR * coordinate.millisTo(theirs) + SURPRISE_MILLIS)
        : rtt;
  }

  private void move(Coordinate theirs, double rtt) {
    double dx = x - theirs.x();
    double dy = y - theirs.y();
    double dz = z - theirs.z();
    double dw = w - theirs.w();
    double flat = Math.sqrt(dx * dx + dy * dy + dz * dz + dw * dw);
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
      moveBy(dx / flat * force, dy / flat * force, dz / flat * force, dw / flat * force);
      height += (height + theirs.height()) * force / predicted;
      height = Math.clamp(height, Coordinate.MIN_HEIGHT_MILLIS, MAX_RTT_MILLIS);
    } else {
      // Two agents in one place: any direction parts them.
      moveBy(anyway(force), anyway(force), anyway(force), anyway(force));
    }
  }

  private double anyway(double force) {
    return (random.nextDouble() - 0.5) * force;
  }

  private void moveBy(double dx, double dy, double dz, double dw) {
    x = bounded(x + dx);
    y = bounded(y + dy);
    z = bounded(z + dz);
    w = bounded(w + dw);
  }

  private static double bounded(double component) {
    return Math.clamp(component, -MAX_RTT_MILLIS, MAX_RTT_MILLIS);
  }
}
