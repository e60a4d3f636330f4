package io.nefele.table.history;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How often which amounts have been seen, in buckets of which each is at most a quarter of its
 * lower end wide. Of many amounts the newer count for more.
 */
public final class Histogram {
  public static final Histogram EMPTY = new Histogram(new TreeMap<>());

  /** Once so many are held, each counts for half. */
  static final int COUNT_MAX = 128;

  /** More than any program uses of anything. */
  private static final long AMOUNT_MAX = 1L << 60;

  private static final int BUCKETS = bucketOf(AMOUNT_MAX) + 1;

  private static final Codec<Map.Entry<Integer, Integer>> BUCKET =
      Codec.of(
          (Map.Entry<Integer, Integer> bucket, Encoder out) ->
              out.int32(bucket.getKey()).int32(bucket.getValue()),
          (Decoder in) -> Map.entry(in.int32(), in.int32()));

  static final Codec<Histogram> CODEC =
      Codec.of(
          (histogram, out) -> out.list(BUCKET, histogram.counts.entrySet()),
          in -> {
            SortedMap<Integer, Integer> counts = new TreeMap<>();
            for (Map.Entry<Integer, Integer> bucket : in.list(BUCKET)) {
              int index = bucket.getKey();
              int count = bucket.getValue();
              if (index < 0 || index >= BUCKETS || count < 1 || count > COUNT_MAX) {
                throw in.malformed("no bucket: " + bucket);
              }
              counts.put(index, count);
            }
            return new Histogram(counts);
          });

  private final SortedMap<Integer, Integer> counts;

  private Histogram(SortedMap<Integer, Integer> counts) {
    this.counts = Collections.unmodifiableSortedMap(counts);
  }

  /** This with one amount more. */
  Histogram with(long amount) {
    SortedMap<Integer, Integer> more = new TreeMap<>(counts);
    more.merge(bucketOf(amount), 1, Integer::sum);
    if (total(more) >= COUNT_MAX) {
      more.replaceAll((bucket, count) -> count / 2);
      more.values().removeIf(count -> count == 0);
    }
    return new Histogram(more);
  }

  /** This without one amount, if it is still held. */
  Histogram without(long amount) {
    SortedMap<Integer, Integer> less = new TreeMap<>(counts);
    less.computeIfPresent(bucketOf(amount), (bucket, count) -> count == 1 ? null : count - 1);
    return new Histogram(less);
  }

  /** Both together. */
  Histogram plus(Histogram other) {
    SortedMap<Integer, Integer> sum = new TreeMap<>(counts);
    other.counts.forEach((bucket, count) -> sum.merge(bucket, count, Integer::sum));
    return new Histogram(sum);
  }

  /** How many amounts are held. */
  int total() {
    return total(counts);
  }

  /** What {@code percent} of all are below, or at; of few: the greatest. 0 if there are none. */
  long quantile(int percent) {
    long rank = Math.ceilDiv((long) total() * percent, 100);
    long seen = 0;
    for (Map.Entry<Integer, Integer> bucket : counts.entrySet()) {
      seen += bucket.getValue();
      if (seen >= rank) {
        return upperEnd(bucket.getKey());
      }
    }
    return 0;
  }

  private static int total(SortedMap<Integer, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The bucket of an amount, which grows with it. */
  static int bucketOf(long amount) {
    long positive = Math.clamp(amount, 0, AMOUNT_MAX);
    if (positive < 4) {
      return (int) positive;
    }
    int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(positive);
    return 4 * (exponent - 1) + (int) (positive >>> exponent - 2 & 3);
  }

  /** What no amount in a bucket is above. */
  static long upperEnd(int bucket) {
    if (bucket < 4) {
      return bucket;
    }
    return (long) (bucket % 4 + 5) << bucket / 4 - 1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Histogram histogram && histogram.counts.equals(counts);
  }

  @Override
  public int hashCode() {
    return counts.hashCode();
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
