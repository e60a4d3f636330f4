package io.nefele.table.tenant;

import io.nefele.core.Codec;
import java.util.Optional;

/**
 * The most that a tenant may use of a fabric at a time; 0 stands for no limit.
 *
 * @param processes that have not ended
 * @param cpuMillis granted to them, in thousandths of a core
 * @param memoryBytes granted to them
 */
public record Quota(long processes, long cpuMillis, long memoryBytes) {
  public static final Quota NONE = new Quota(0, 0, 0);

  static final Codec<Quota> CODEC =
      Codec.of(
          (quota, out) ->
              out.int64(quota.processes).int64(quota.cpuMillis).int64(quota.memoryBytes),
          in -> new Quota(in.int64(), in.int64(), in.int64()));

  public Quota {
    if (processes < 0 || cpuMillis < 0 || memoryBytes < 0) {
      throw new IllegalArgumentException("a quota is 0 (no limit) or more");
    }
  }

  /** Whether there is any limit. */
  public boolean limits() {
    return !equals(NONE);
  }

  /** Why {@code wanted} on top of {@code used} is too much; empty if it is not. */
  public Optional<String> excess(Use used, Use wanted) {
    if (over(processes, used.processes(), wanted.processes())) {
      return Optional.of(
          text("processes", used.processes() + "", wanted.processes() + "", processes + ""));
    }
    if (over(cpuMillis, used.cpuMillis(), wanted.cpuMillis())) {
      return Optional.of(
          text("cpu", cores(used.cpuMillis()), cores(wanted.cpuMillis()), cores(cpuMillis)));
    }
    if (over(memoryBytes, used.memoryBytes(), wanted.memoryBytes())) {
      return Optional.of(
          text("memory", mib(used.memoryBytes()), mib(wanted.memoryBytes()), mib(memoryBytes)));
    }
    return Optional.empty();
  }

  private static boolean over(long most, long used, long wanted) {
    return most > 0 && wanted > 0 && (used > most || wanted > most - used);
  }

  private static String text(String what, String used, String wanted, String most) {
    return what + ": " + used + " in use, " + wanted + " more wanted, " + most + " allowed";
  }

  private static String cores(long millis) {
    return millis / 1000
        + (millis % 1000 == 0 ? "" : "." + (millis % 1000 + 1000 + "").substring(1))
        + " cores";
  }

  private static String mib(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
