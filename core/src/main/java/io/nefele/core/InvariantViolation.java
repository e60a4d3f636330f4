package io.nefele.core;

/**
 * A state that the protocol's rules exclude. It stops the agent (and fails a simulation): going on
 * would spread the damage to others.
 */
public final class InvariantViolation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message which invariant, and the values that break it
   */
  public InvariantViolation(String message) {
    super(message);
  }

  /** Throws an {@link InvariantViolation} with {@code message} unless {@code holds}. */
  public static void check(boolean holds, String message) {
    if (!holds) {
      throw new InvariantViolation(message);
    }
  }
}
