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
 * @param disruptions the disruption budget of its name: how many of them may be down at a time
 *     because the fabric moves them from one server to another; 0: none is moved but from a drained
 *     server, and of those all at once
 */
public record Lifecycle(
    RestartPolicy restart,
    Optional<HealthCheck> health,
    long rescheduleMillis,
    List<Name> after,
    int disruptions) {
  /** Each is asked for again and again. */
  private static final int AFTER_MAX = 32;

  /** Started once. */
  public static final Lifecycle ONCE =
      new Lifecycle(RestartPolicy.NEVER, Optional.empty(), 0, List.of(), 0);

  public static final Codec<Lifecycle> CODEC =
      Codec.of(
          (lifecycle, out) ->
              out.put(RestartPolicy.CODEC, lifecycle.restart)
                  .optional(HealthCheck.CODEC, lifecycle.health)
                  .int64(lifecycle.rescheduleMillis)
                  .list(Name.CODEC, lifecycle.after)
                  .int32(lifecycle.disruptions),
          in ->
              new Lifecycle(
                  in.get(RestartPolicy.CODEC),
                  in.optional(HealthCheck.CODEC),
                  in.int64(),
                  in.list(Name.CODEC),
                  in.int32()));

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
    if (disruptions < 0) {
      throw new IllegalArgumentException(
          "a disruption budget is of 0 processes or more, not " + disruptions);
    }
    if (disruptions > 0 && !restart.restarts()) {
      throw new IllegalArgumentException(
          "what the fabric may move is started again; give it a restart policy other than never");
    }
    if (after.size() > AFTER_MAX) {
      throw new IllegalArgumentException(
          "a process starts after " + AFTER_MAX + " names at most, not " + after.size());
    }
  }

  /** The same with another policy. */
  public Lifecycle with(RestartPolicy other) {
    return new Lifecycle(other, health, rescheduleMillis, after, disruptions);
  }

  /** The same with another check, or none. */
  public Lifecycle with(Optional<HealthCheck> other) {
    return new Lifecycle(restart, other, rescheduleMillis, after, disruptions);
  }

  /** The same, placed anew after a loss of so long. */
  public Lifecycle reschedulingAfter(long millis) {
    return new Lifecycle(restart, health, millis, after, disruptions);
  }

  /** The same, started after somebody well has each of these names. */
  public Lifecycle after(List<Name> names) {
    return new Lifecycle(restart, health, rescheduleMillis, List.copyOf(names), disruptions);
  }

  /** The same, of whose name so many may be down at a time because the fabric moves them. */
  public Lifecycle withDisruptions(int most) {
    return new Lifecycle(restart, health, rescheduleMillis, after, most);
  }

  /** Whether anything is done beyond starting it at once. */
  public boolean isTended() {
    return restart.restarts() || health.isPresent() || !after.isEmpty();
  }
}
