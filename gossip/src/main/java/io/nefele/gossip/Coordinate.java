package io.nefele.gossip;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import java.time.Duration;

/**
 * A place in the Vivaldi space: round trips are estimated by distance (Dabek et al., SIGCOMM 2004,
 * section 2; the height models the access link, section 2.6). All values but the error are
 * milliseconds. The four components of the position are fields, since every answer to a probe
 * carries a coordinate.
 *
 * @param height the part of every round trip that is spent on the way out of the own host
 * @param error how far predictions are off, relative; 1.5 where nothing is known
 */
public record Coordinate(float x, float y, float z, float w, float height, float error)
    implements Comparable<Coordinate> {
  static final int ENCODED_BYTES = 6 * Float.BYTES;
  static final float MIN_HEIGHT_MILLIS = 0.01f;
  static final float MAX_ERROR = 1.5f;
  private static final double FAR_MILLIS = 2;
  private static final double FAR_SHARE = 0.5;
  private static final float MAX_MILLIS = 60_000f;

  /** Where everybody starts. */
  public static final Coordinate ORIGIN = new Coordinate(0, 0, 0, 0, MIN_HEIGHT_MILLIS, MAX_ERROR);

  public static final Codec<Coordinate> CODEC = Codec.of(Coordinate::write, Coordinate::read);

  public Coordinate {
    requireWithin(-MAX_MILLIS, x, MAX_MILLIS);
    requireWithin(-MAX_MILLIS, y, MAX_MILLIS);
    requireWithin(-MAX_MILLIS, z, MAX_MILLIS);
    requireWithin(-MAX_MILLIS, w, MAX_MILLIS);
    requireWithin(MIN_HEIGHT_MILLIS, height, MAX_MILLIS);
    requireWithin(0, error, MAX_ERROR);
  }

  /** The estimated round trip between two agents at these places. */
  public Duration distanceTo(Coordinate other) {
    return Duration.ofNanos((long) (millisTo(other) * 1_000_000));
  }

  /** Whether the error made by taking one for the other matters to a choice of neighbours. */
  boolean isFarFrom(Coordinate other) {
    double moved = flatMillisTo(other) + Math.abs(height - other.height);
    boolean unknownUntilNow = other.error == MAX_ERROR && error < MAX_ERROR;
    return unknownUntilNow || moved > Math.max(FAR_MILLIS, FAR_SHARE * height);
  }

  double millisTo(Coordinate other) {
    return flatMillisTo(other) + height + other.height;
  }

  private double flatMillisTo(Coordinate other) {
    double dx = x - other.x;
    double dy = y - other.y;
    double dz = z - other.z;
    double dw = w - other.w;
    return Math.sqrt(dx * dx + dy * dy + dz * dz + dw * dw);
  }

  /** An order of no meaning but the same on all agents. */
  @Override
  public int compareTo(Coordinate other) {
    int order = Float.compare(x, other.x);
    order = order != 0 ? order : Float.compare(y, other.y);
    order = order != 0 ? order : Float.compare(z, other.z);
    order = order != 0 ? order : Float.compare(w, other.w);
    order = order != 0 ? order : Float.compare(height, other.height);
    return order != 0 ? order : Float.compare(error, other.error);
  }

  private static void requireWithin(float low, float value, float high) {
    // Written so that NaN fails, too.
    if (!(low <= value && value <= high)) {
      throw new IllegalArgumentException(value + " is not within " + low + " and " + high);
    }
  }

  private static void write(Coordinate coordinate, Encoder out) {
    out.int32(Float.floatToIntBits(coordinate.x))
        .int32(Float.floatToIntBits(coordinate.y))
        .int32(Float.floatToIntBits(coordinate.z))
        .int32(Float.floatToIntBits(coordinate.w))
        .int32(Float.floatToIntBits(coordinate.height))
        .int32(Float.floatToIntBits(coordinate.error));
  }

  private static Coordinate read(Decoder in) throws MalformedMessage {
    return new Coordinate(
        readFloat(in), readFloat(in), readFloat(in), readFloat(in), readFloat(in), readFloat(in));
  }

  private static float readFloat(Decoder in) throws MalformedMessage {
    return Float.intBitsToFloat(in.int32());
  }
}
