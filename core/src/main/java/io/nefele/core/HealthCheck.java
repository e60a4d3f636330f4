package io.nefele.core;

import java.util.List;

/**
 * A command that tells, by its exit code 0, that the process which it is run beside is well.
 *
 * @param command program and arguments
 * @param intervalMillis between the end of a check and the begin of the next
 * @param timeoutMillis a check that takes longer has failed
 * @param retries after so many failures in a row the process is taken to be unwell, and ended
 * @param startPeriodMillis failures so soon after its start don't count, until one check succeeds
 */
public record HealthCheck(
    List<String> command,
    int intervalMillis,
    int timeoutMillis,
    int retries,
    int startPeriodMillis) {
  public static final int INTERVAL_MILLIS = 10_000;
  public static final int TIMEOUT_MILLIS = 5_000;
  public static final int RETRIES = 3;

  private static final int MILLIS_MIN = 10;

  private static final Codec<String> STRING =
      Codec.of((String text, Encoder out) -> out.string(text), Decoder::string);

  public static final Codec<HealthCheck> CODEC =
      Codec.of(
          (check, out) ->
              out.list(STRING, check.command)
                  .int32(check.intervalMillis)
                  .int32(check.timeoutMillis)
                  .int32(check.retries)
                  .int32(check.startPeriodMillis),
          in -> new HealthCheck(in.list(STRING), in.int32(), in.int32(), in.int32(), in.int32()));

  public HealthCheck {
    if (command.isEmpty() || command.getFirst().isEmpty()) {
      throw new IllegalArgumentException("a health check needs a command");
    }
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
