package io.nefele.core;

import java.util.List;
import java.util.Optional;

/**
 * What is done for a process beyond starting it once.
 *
 * @param restart when it is started again
 * @param health how it is found out whether it is well, if at all
 * @param rescheduleMillis after how long a loss of its agent it is started elsewhere; 0: never
 * @param after its first instruction waits until, for each of these names, somebody well has it
 */
public record Lifecycle(
    RestartPolicy restart, Optional<HealthCheck> health, long rescheduleMillis, List<Name> after) {
  /** Each is asked for again and again. */
  private static final int AFTER_MAX = 32;

  /** Started once. */
  public static final Lifecycle ONCE =
      new Lifecycle(RestartPolicy.NEVER, Optional.empty(), 0, List.of());

  public static final Codec<Lifecycle> CODEC =
      Codec.of(
          (lifecycle, out) ->
              out.put(RestartPolicy.CODEC, lifecycle.restart)
                  .optional(HealthCheck.CODEC, lifecycle.health)
                  .int64(lifecycle.rescheduleMillis)
                  .list(Name.CODEC, lifecycle.after),
          in ->
              new Lifecycle(
                  in.get(RestartPolicy.CODEC),
                  in.optional(HealthCheck.CODEC),
                  in.int64(),
                  in.list(Name.CODEC)));

  public Lifecycle {
    if (rescheduleMillis < 0) {
      throw new IllegalArgumentException(
          "a process is placed anew after a loss of 0 ms or more, not " + rescheduleMillis);
    }
    if (rescheduleMillis > 0 && !restart.restarts()) {
      throw new IllegalArgumentException(
          "what is placed anew when its agent is lost is started again; give it a restart policy"
              + " other than never");
    }
    if (after.size() > AFTER_MAX) {
      throw new IllegalArgumentException(
          "a process starts after " + AFTER_MAX + " names at most, not " + after.size());
    }
  }

  /** The same with another policy. */
  public Lifecycle with(RestartPolicy other) {
    return new Lifecycle(other, health, rescheduleMillis, after);
  }

  /** The same with another check, or none. */
  public Lifecycle with(Optional<HealthCheck> other) {
    return new Lifecycle(restart, other, rescheduleMillis, after);
  }

  /** The same, placed anew after a loss of so long. */
  public Lifecycle reschedulingAfter(long millis) {
    return new Lifecycle(restart, health, millis, after);
  }

  /** The same, started after somebody well has each of these names. */
  public Lifecycle after(List<Name> names) {
    return new Lifecycle(restart, health, rescheduleMillis, List.copyOf(names));
  }

  /** Whether anything is done beyond starting it at once. */
  public boolean isTended() {
    return restart.restarts() || health.isPresent() || !after.isEmpty();
  }
}
