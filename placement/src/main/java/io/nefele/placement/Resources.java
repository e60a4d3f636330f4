package io.nefele.placement;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;
import java.util.regex.Pattern;

/**
 * An amount of what a server has.
 *
 * @param cpuMillis thousandths of a core of standard speed
 * @param memoryBytes bytes of memory
 * @param others what else there is, by name, each more than 0: {@link #DISK} in bytes, {@link #NET}
 *     in bits a second, and what owners have named, such as {@code gpu}, in pieces
 */
public record Resources(int cpuMillis, long memoryBytes, SortedMap<String, Long> others) {
  public static final String DISK = "disk";
  public static final String NET = "net";

  private static final SortedMap<String, Long> NO_OTHERS =
      Collections.unmodifiableSortedMap(new TreeMap<>());
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_./-]{0,62}");

  /** So that sums of amounts of many servers do not overflow. */
  private static final long OTHER_MAX = 1L << 53;

  public static final Resources NONE = new Resources(0, 0);

  private static final Codec<Map.Entry<String, Long>> OTHER =
      Codec.of(
          (Map.Entry<String, Long> other, Encoder out) ->
              out.string(other.getKey()).int64(other.getValue()),
          (Decoder in) -> Map.entry(in.string(), in.int64()));

  public static final Codec<Resources> CODEC =
      Codec.of(
          (amount, out) ->
              out.int32(amount.cpuMillis)
                  .int64(amount.memoryBytes)
                  .list(OTHER, amount.others.entrySet()),
          in -> {
            int cpuMillis = in.int32();
            long memoryBytes = in.int64();
            SortedMap<String, Long> others = new TreeMap<>();
            for (Map.Entry<String, Long> other : in.list(OTHER)) {
              others.put(other.getKey(), other.getValue());
            }
            return new Resources(cpuMillis, memoryBytes, others);
          });

  public Resources {
    if (cpuMillis < 0 || memoryBytes < 0) {
      throw new IllegalArgumentException(
          "resources are not negative: " + cpuMillis + " mCPU, " + memoryBytes + " bytes");
    }
    if (others.isEmpty()) {
      others = NO_OTHERS;
    } else {
      others.forEach(Resources::check);
      others = Collections.unmodifiableSortedMap(new TreeMap<>(others));
    }
  }

  public Resources(int cpuMillis, long memoryBytes) {
    this(cpuMillis, memoryBytes, NO_OTHERS);
  }

  /**
   * With other resources, each as {@code NAME=AMOUNT}.
   *
   * @throws IllegalArgumentException if one is not of that form, or given twice
   */
  public static Resources of(int cpuMillis, long memoryBytes, List<String> others) {
    if (others.isEmpty()) {
      return new Resources(cpuMillis, memoryBytes);
    }
    SortedMap<String, Long> amounts = new TreeMap<>();
    for (String other : others) {
      int equals = other.indexOf('=');
      String amount = other.substring(equals + 1);
      if (equals < 1 || !amount.matches("[0-9]{1,16}")) {
        throw new IllegalArgumentException(
            "'" + other + "' is not a resource; write NAME=AMOUNT, as in gpu=1");
      }
      if (amounts.put(other.substring(0, equals), Long.parseLong(amount)) != null) {
        throw new IllegalArgumentException("resource '" + other + "' is given twice");
      }
    }
    return new Resources(cpuMillis, memoryBytes, amounts);
  }

  private static void check(String name, long amount) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name of a resource: a-z, then a-z 0-9 _ . / -");
    }
    if (amount < 1 || amount > OTHER_MAX) {
      throw new IllegalArgumentException(
          "resource " + name + "=" + amount + ": from 1 to " + OTHER_MAX);
    }
  }

  /** Each other resource as {@code NAME=AMOUNT}. */
  public List<String> otherTexts() {
    List<String> texts = new ArrayList<>();
    others.forEach((name, amount) -> texts.add(name + "=" + amount));
    return texts;
  }

  /** How much there is of the other resource {@code name}. */
  public long other(String name) {
    return others.getOrDefault(name, 0L);
  }

  public Resources plus(Resources other) {
    return new Resources(
        Math.addExact(cpuMillis, other.cpuMillis),
        Math.addExact(memoryBytes, other.memoryBytes),
        merged(other, Math::addExact));
  }

  /** The smaller of both amounts of each. */
  Resources min(Resources other) {
    return new Resources(
        Math.min(cpuMillis, other.cpuMillis),
        Math.min(memoryBytes, other.memoryBytes),
        merged(other, Math::min));
  }

  /** The larger of both amounts of each. */
  Resources max(Resources other) {
    return new Resources(
        Math.max(cpuMillis, other.cpuMillis),
        Math.max(memoryBytes, other.memoryBytes),
        merged(other, Math::max));
  }

  /** Whether none of {@code other}'s amounts is larger than here. */
  public boolean covers(Resources other) {
    return cpuMillis >= other.cpuMillis
        && memoryBytes >= other.memoryBytes
        && other.others.entrySet().stream().allMatch(o -> other(o.getKey()) >= o.getValue());
  }

  /** What {@code other} leaves of this, which covers it. */
  public Resources minus(Resources other) {
    return new Resources(
        cpuMillis - other.cpuMillis,
        memoryBytes - other.memoryBytes,
        merged(other, (mine, its) -> mine - its));
  }

  /** What {@code other} leaves of this; nothing of what it has more of. */
  public Resources minusAtMost(Resources other) {
    return minus(min(other));
  }

  public Resources times(int count) {
    if (others.isEmpty() || count == 0) {
      return new Resources(
          Math.multiplyExact(cpuMillis, count), Math.multiplyExact(memoryBytes, count));
    }
    SortedMap<String, Long> product = new TreeMap<>();
    others.forEach((name, amount) -> product.put(name, Math.multiplyExact(amount, count)));
    return new Resources(
        Math.multiplyExact(cpuMillis, count), Math.multiplyExact(memoryBytes, count), product);
  }

  /** How many of {@code each} fit in here, {@code most} at the most. */
  public int fits(Resources each, int most) {
    long fitting = most;
    if (each.cpuMillis > 0) {
      fitting = Math.min(fitting, cpuMillis / each.cpuMillis);
    }
    if (each.memoryBytes > 0) {
      fitting = Math.min(fitting, memoryBytes / each.memoryBytes);
    }
    for (Map.Entry<String, Long> other : each.others.entrySet()) {
      fitting = Math.min(fitting, other(other.getKey()) / other.getValue());
    }
    return (int) fitting;
  }

  /** The smaller of the shares of {@code whole}'s cpu and memory that this is, from 0 to 1. */
  public double tighterShareOf(Resources whole) {
    return Math.min(share(cpuMillis, whole.cpuMillis), share(memoryBytes, whole.memoryBytes));
  }

  /** The largest of the shares of {@code whole} that this is; more than 1 if it exceeds it. */
  double largerShareOf(Resources whole) {
    double larger =
        Math.max(share(cpuMillis, whole.cpuMillis), share(memoryBytes, whole.memoryBytes));
    for (Map.Entry<String, Long> other : others.entrySet()) {
      larger = Math.max(larger, share(other.getValue(), whole.other(other.getKey())));
    }
    return larger;
  }

  /** For people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(cpuMillis / 1000.0).append(" cores, ").append(memoryBytes >> 20).append(" MiB");
    others.forEach(
        (name, amount) -> {
          if (name.equals(DISK)) {
            text.append(", ").append(amount >> 20).append(" MiB disk");
          } else {
            text.append(", ").append(name).append(' ').append(amount);
          }
        });
    return text.toString();
  }

  private SortedMap<String, Long> merged(Resources other, LongBinaryOperator operator) {
    if (others.isEmpty() && other.others.isEmpty()) {
      return NO_OTHERS;
    }
    SortedMap<String, Long> merged = new TreeMap<>();
    merge(merged, this, other, others, operator);
    merge(merged, this, other, other.others, operator);
    return merged;
  }

  private static void merge(
      SortedMap<String, Long> merged,
      Resources one,
      Resources other,
      SortedMap<String, Long> names,
      LongBinaryOperator operator) {
    for (String name : names.keySet()) {
      long amount = operator.applyAsLong(one.other(name), other.other(name));
      if (amount != 0) {
        merged.put(name, amount);
      }
    }
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
