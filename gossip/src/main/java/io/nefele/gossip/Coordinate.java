package io.nefele.gossip;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A place in the Vivaldi space: round trips are estimated by distance (Dabek et al., SIGCOMM 2004,
 * section 2; the height models the access link, section 2.6). All values are milliseconds.
 *
 * @param position {@link #DIMENSIONS} components
 * @param height the part of every round trip that is spent on the way out of the own host
 * @param error how far predictions are off, relative; 1.5 where nothing is known
 */
public record Coordinate(List<Float> position, float height, float error) {
  static final int DIMENSIONS = 4;
  static final float MIN_HEIGHT_MILLIS = 0.01f;
  static final float MAX_ERROR = 1.5f;
  private static final double FAR_MILLIS = 2;
  private static final double FAR_SHARE = 0.5;
  private static final float MAX_MILLIS = 60_000f;

  /** Where everybody starts. */
  public static final Coordinate ORIGIN =
      new Coordinate(List.of(0f, 0f, 0f, 0f), MIN_HEIGHT_MILLIS, MAX_ERROR);

  public static final Codec<Coordinate> CODEC = Codec.of(Coordinate::write, Coordinate::read);

  public Coordinate {
    position = List.copyOf(position);
    if (position.size() != DIMENSIONS) {
      throw new IllegalArgumentException(position.size() + " dimensions");
    }
    for (float component : position) {
      requireWithin(-MAX_MILLIS, component, MAX_MILLIS);
    }
    requireWithin(MIN_HEIGHT_MILLIS, height, MAX_MILLIS);
    requireWithin(0, error, MAX_ERROR);
  }

  /** The estimated round trip between two agents at these places. */
  public Duration distanceTo(Coordinate other) {
    return Duration.ofNanos((long) (millisTo(other) * 1_000_000));
  }

  /** Whether the error made by taking one for the other matters to a choice of neighbours. */
  boolean isFarFrom(Coordinate other) {
    double moved = millisTo(other) - height - other.height + Math.abs(height - other.height);
    boolean unknownUntilNow = other.error == MAX_ERROR && error < MAX_ERROR;
    return unknownUntilNow || moved > Math.max(FAR_MILLIS, FAR_SHARE * height);
  }

  double millisTo(Coordinate other) {
    double sum = 0;
    for (int i = 0; i < DIMENSIONS; i++) {
      double difference = position.get(i) - other.position.get(i);
      sum += difference * difference;
    }
    return Math.sqrt(sum) + height + other.height;
  }

  private static void requireWithin(float low, float value, float high) {
    // Written so that NaN fails, too.
    if (!(low <= value && value <= high)) {
      throw new IllegalArgumentException(value + " is not within " + low + " and " + high);
    }
  }

  private static void write(Coordinate coordinate, Encoder out) {
    for (float component : coordinate.position) {
      out.int32(Float.floatToIntBits(component));
    }
    out.int32(Float.floatToIntBits(coordinate.height));
    out.int32(Float.floatToIntBits(coordinate.error));
  }

  private static Coordinate read(Decoder in) throws MalformedMessage {
    List<Float> position = new ArrayList<>(DIMENSIONS);
    for (int i = 0; i < DIMENSIONS; i++) {
      position.add(Float.intBitsToFloat(in.int32()));
    }
    return new Coordinate(
        position, Float.intBitsToFloat(in.int32()), Float.intBitsToFloat(in.int32()));
  }
}
