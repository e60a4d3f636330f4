package io.nefele.placement;

import io.nefele.core.Codec;
import java.util.List;

/**
 * What room is asked for.
 *
 * @param count for how many processes, from 1
 * @param each for each of them
 */
record Wanted(int count, Resources each) {
  static final Codec<Wanted> CODEC =
      Codec.of(
          (wanted, out) -> out.int32(wanted.count).put(Resources.CODEC, wanted.each),
          in -> new Wanted(in.int32(), in.get(Resources.CODEC)));

  Wanted {
    if (count < 1 || count > Component.COUNT_MAX) {
      throw new IllegalArgumentException("room is asked for 1 process or more, not for " + count);
    }
  }

  /**
   * What of {@code room} could be of use: whatever mix of {@code all} fits into {@code room} fits
   * into that, too, and nothing is kept that none of them could fill.
   */
  static Resources usable(List<Wanted> all, Resources room) {
    Resources usable = Resources.NONE;
    for (Wanted wanted : all) {
      Resources more = wanted.each.times(room.fits(wanted.each, wanted.count));
      // Both are at most the room, so that neither the sum nor what is cut off overflows.
      usable = usable.plus(more).min(room);
    }
    return usable;
  }

  /** Whether {@code room} has place for all of {@code all} at once. */
  static boolean fit(List<Wanted> all, Resources room) {
    Resources left = room;
    for (Wanted wanted : all) {
      if (left.fits(wanted.each, wanted.count) < wanted.count) {
        return false;
      }
      left = left.minus(wanted.each.times(wanted.count));
    }
    return true;
  }

  /** What all of them take together; asked only of what {@link #fit}s somewhere. */
  static Resources sum(List<Wanted> all) {
    Resources sum = Resources.NONE;
    for (Wanted wanted : all) {
      sum = sum.plus(wanted.each.times(wanted.count));
    }
    return sum;
  }
}
