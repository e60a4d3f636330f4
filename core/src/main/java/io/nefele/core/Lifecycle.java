package io.nefele.core;

/**
 * What is done for a process beyond starting it once.
 *
 * @param restart when it is started again
 */
public record Lifecycle(RestartPolicy restart) {
  /** Started once. */
  public static final Lifecycle ONCE = new Lifecycle(RestartPolicy.NEVER);

  public static final Codec<Lifecycle> CODEC =
      Codec.of(
          (lifecycle, out) -> out.put(RestartPolicy.CODEC, lifecycle.restart),
          in -> new Lifecycle(in.get(RestartPolicy.CODEC)));
}
