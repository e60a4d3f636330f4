package io.nefele.sim.world;

/** An invariant does not hold. */
public final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String invariant;

  /**
   * @param invariant its id, as in INVARIANTS.md
   * @param message which values break it
   */
  public Violation(String invariant, String message) {
    super(message);
    this.invariant = invariant;
  }

  public String invariant() {
    return invariant;
  }
}
