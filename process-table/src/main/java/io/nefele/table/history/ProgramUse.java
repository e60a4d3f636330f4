package io.nefele.table.history;

import io.nefele.core.AgentId;
import io.nefele.core.Codec;
import io.nefele.core.Name;
import io.nefele.core.ProgramId;
import io.nefele.table.tenant.Mix;
import java.util.Optional;

/**
 * What one agent has seen a program of a tenant use. Written by that agent alone.
 *
 * @param stamp how new it is: milliseconds since 1970, and later than all that its agent knew
 * @param label what the program is called, as it was last
 * @param runs how many runs were seen
 * @param memory most memory of each of the latest runs, in bytes
 * @param cpu mean use of each that ran long enough, in thousandths of a core
 */
public record ProgramUse(
    Key key, long stamp, String label, long runs, Histogram memory, Histogram cpu) {

  /** So that later stamps can be made. */
  private static final long STAMP_MAX = Long.MAX_VALUE / 2;

  /** Below that many every run is told to all. */
  private static final int EACH_IS_NEWS = 8;

  private static final int MORE_IS_NEWS = 8;

  public static final Codec<ProgramUse> CODEC =
      Codec.of(
          (use, out) ->
              out.put(Key.CODEC, use.key)
                  .int64(use.stamp)
                  .string(use.label)
                  .int64(use.runs)
                  .put(Histogram.CODEC, use.memory)
                  .put(Histogram.CODEC, use.cpu),
          in ->
              new ProgramUse(
                  in.get(Key.CODEC),
                  in.int64(),
                  in.string(),
                  in.int64(),
                  in.get(Histogram.CODEC),
                  in.get(Histogram.CODEC)));

  /** Whose program it is, which, and who has seen it. */
  public record Key(Name tenant, ProgramId program, AgentId origin) {
    public static final Codec<Key> CODEC =
        Codec.of(
            (key, out) ->
                out.put(Name.CODEC, key.tenant)
                    .put(ProgramId.CODEC, key.program)
                    .int64(key.origin.value()),
            in -> new Key(in.get(Name.CODEC), in.get(ProgramId.CODEC), new AgentId(in.int64())));

    /** Far apart for keys that are near each other. */
    long mark() {
      long mark = Mix.of(origin.value() + Mix.of(program.high() + Mix.of(program.low())));
      for (int i = 0; i < tenant.text().length(); i++) {
        mark = Mix.of(mark + tenant.text().charAt(i));
      }
      return mark;
    }
  }

  public ProgramUse {
    if (stamp < 0 || stamp > STAMP_MAX || runs < 0) {
      throw new IllegalArgumentException("no use of a program: " + stamp + ", " + runs + " runs");
    }
  }

  static ProgramUse none(Key key) {
    return new ProgramUse(key, 0, "", 0, Histogram.EMPTY, Histogram.EMPTY);
  }

  /**
   * This after another run, or after more of one that was counted.
   *
   * @param before what was said of that run so far
   */
  ProgramUse with(String newLabel, Optional<Ran> before, Ran ran) {
    Histogram memoryBefore = before.map(its -> memory.without(its.memoryBytes())).orElse(memory);
    Histogram cpuBefore = cpu;
    if (before.isPresent() && before.get().cpuMillis().isPresent()) {
      cpuBefore = cpu.without(before.get().cpuMillis().getAsInt());
    }
    return new ProgramUse(
        key,
        stamp,
        newLabel,
        before.isPresent() ? runs : runs + 1,
        memoryBefore.with(ran.memoryBytes()),
        ran.cpuMillis().isPresent() ? cpuBefore.with(ran.cpuMillis().getAsInt()) : cpuBefore);
  }

  ProgramUse stamped(long newStamp) {
    return new ProgramUse(key, newStamp, label, runs, memory, cpu);
  }

  /** Whether others have to hear of it who know {@code told}; else it says nothing new to them. */
  boolean isNewsTo(ProgramUse told) {
    return runs != told.runs
            && (runs <= EACH_IS_NEWS || runs - told.runs > told.runs / MORE_IS_NEWS)
        || differs(memory, told.memory)
        || differs(cpu, told.cpu);
  }

  private static boolean differs(Histogram one, Histogram other) {
    return one.quantile(Estimate.MEDIAN) != other.quantile(Estimate.MEDIAN)
        || one.quantile(Estimate.MORE) != other.quantile(Estimate.MORE)
        || one.quantile(Estimate.MOST) != other.quantile(Estimate.MOST);
  }

  /** One of any two of a tenant, everywhere the same. */
  boolean isNewerThan(ProgramUse other) {
    if (stamp != other.stamp) {
      return stamp > other.stamp;
    }
    int programs = key.program().compareTo(other.key.program());
    return programs != 0 ? programs > 0 : key.origin().compareTo(other.key.origin()) > 0;
  }

  /** Sums of these are equal for equal sets and, as good as never, for others. */
  long mark() {
    return Mix.of(key.mark() + stamp);
  }
}
