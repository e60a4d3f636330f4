package io.nefele.table.history;

import io.nefele.core.Name;
import io.nefele.core.ProgramId;
import java.util.Collection;

/**
 * What a program is known to use, from what all agents have seen.
 *
 * @param label what it is called
 * @param runs how many runs were seen
 * @param lastMillis when the last of them was told, milliseconds since 1970
 */
public record Estimate(
    Name tenant,
    ProgramId program,
    String label,
    long runs,
    long lastMillis,
    Histogram memory,
    Histogram cpu) {
  static final int MEDIAN = 50;
  static final int MORE = 75;
  static final int MOST = 95;

  private static final long MIB = 1 << 20;
  private static final int HEADROOM_PART = 8;

  /** Cpu is set aside in steps of so many thousandths, and not at all below {@link #CPU_MIN}. */
  private static final int CPU_STEP = 10;

  private static final int CPU_MIN = 50;

  /**
   * @param seen at least one, all of the same program
   */
  static Estimate of(Collection<ProgramUse> seen) {
    ProgramUse newest = seen.iterator().next();
    Histogram memory = Histogram.EMPTY;
    Histogram cpu = Histogram.EMPTY;
    long runs = 0;
    for (ProgramUse use : seen) {
      newest = use.isNewerThan(newest) ? use : newest;
      memory = memory.plus(use.memory());
      cpu = cpu.plus(use.cpu());
      runs += use.runs();
    }
    return new Estimate(
        newest.key().tenant(),
        newest.key().program(),
        newest.label(),
        runs,
        newest.stamp(),
        memory,
        cpu);
  }

  /** Half of the runs used no more, in bytes. */
  public long memoryMedian() {
    return memory.quantile(MEDIAN);
  }

  /** 95 of 100 runs used no more, in bytes. */
  public long memoryMost() {
    return memory.quantile(MOST);
  }

  /** Half of the runs used no more, in thousandths of a core. */
  public int cpuMedian() {
    return (int) Math.min(Integer.MAX_VALUE, cpu.quantile(MEDIAN));
  }

  /** What is to be set aside for a run of which nothing is said, in bytes. */
  public long memoryToSetAside() {
    return memoryToSetAside(memoryMost());
  }

  /** What is set aside for a program that used {@code most} at most, as far as is known. */
  public static long memoryToSetAside(long most) {
    return Math.ceilDiv(most + most / HEADROOM_PART, MIB) * MIB;
  }

  /** What is to be set aside for a run of which nothing is said, in thousandths of a core. */
  public int cpuToSetAside() {
    long usual = Math.min(cpu.quantile(MORE), Integer.MAX_VALUE - CPU_STEP);
    return usual < CPU_MIN ? 0 : (int) (Math.ceilDiv(usual, CPU_STEP) * CPU_STEP);
  }
}
