package io.nefele.core;

/**
 * How often it is found out whether a process is well, and what follows.
 *
 * @param probe how it is found out
 * @param intervalMillis between the end of a check and the begin of the next
 * @param timeoutMillis a check that takes longer has failed
 * @param retries after so many failures in a row the process is taken to be unwell, and ended
 * @param startPeriodMillis failures so soon after its start don't count, until one check succeeds
 */
public record HealthCheck(
    Probe probe, int intervalMillis, int timeoutMillis, int retries, int startPeriodMillis) {
  public static final int INTERVAL_MILLIS = 10_000;
  public static final int TIMEOUT_MILLIS = 5_000;
  public static final int RETRIES = 3;

  private static final int MILLIS_MIN = 10;

  public static final Codec<HealthCheck> CODEC =
      Codec.of(
          (check, out) ->
              out.put(Probe.CODEC, check.probe)
                  .int32(check.intervalMillis)
                  .int32(check.timeoutMillis)
                  .int32(check.retries)
                  .int32(check.startPeriodMillis),
          in ->
              new HealthCheck(in.get(Probe.CODEC), in.int32(), in.int32(), in.int32(), in.int32()));

  public HealthCheck {
    if (intervalMillis < MILLIS_MIN || timeoutMillis < MILLIS_MIN) {
      throw new IllegalArgumentException(
          "a health check has an interval and a timeout of 10 ms or more, not "
              + Math.min(intervalMillis, timeoutMillis)
              + " ms");
    }
    if (retries < 1 || startPeriodMillis < 0) {
      throw new IllegalArgumentException(
          "a health check fails 1 time or more, after a start period of 0 ms or more; got "
              + retries
              + " and "
              + startPeriodMillis
              + " ms");
    }
  }
}
