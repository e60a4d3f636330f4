package io.nefele.core;

import java.util.Optional;

/**
 * What is done for a process beyond starting it once.
 *
 * @param restart when it is started again
 * @param health how it is found out whether it is well, if at all
 */
public record Lifecycle(RestartPolicy restart, Optional<HealthCheck> health) {
  /** Started once. */
  public static final Lifecycle ONCE = new Lifecycle(RestartPolicy.NEVER, Optional.empty());

  public static final Codec<Lifecycle> CODEC =
      Codec.of(
          (lifecycle, out) ->
              out.put(RestartPolicy.CODEC, lifecycle.restart)
                  .optional(HealthCheck.CODEC, lifecycle.health),
          in -> new Lifecycle(in.get(RestartPolicy.CODEC), in.optional(HealthCheck.CODEC)));

  /** The same with another policy. */
  public Lifecycle with(RestartPolicy other) {
    return new Lifecycle(other, health);
  }

  /** The same with another check, or none. */
  public Lifecycle with(Optional<HealthCheck> other) {
    return new Lifecycle(restart, other);
  }

  /** Whether anything is done after its start. */
  public boolean isTended() {
    return restart.restarts() || health.isPresent();
  }
}
