package io.nefele.core;

import java.util.function.Supplier;

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

  /**
   * Throws an {@link InvariantViolation} unless {@code holds}.
   *
   * @param message which invariant, and the values that break it; put into words only then
   */
  public static void check(boolean holds, Supplier<String> message) {
    if (!holds) {
      throw new InvariantViolation(message.get());
    }
  }
}
