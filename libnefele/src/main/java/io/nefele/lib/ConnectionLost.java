package io.nefele.lib;

/** The connection is gone, or could not be made; the agent may be back in a moment. */
final class ConnectionLost extends Exception {
  private static final long serialVersionUID = 1L;

  private final NefeleException failure;
  private final boolean asked;

  /**
   * @param failure what to tell the caller if the agent does not come back
   * @param asked whether the agent may have taken the request
   */
  ConnectionLost(NefeleException failure, boolean asked) {
    super(failure.getMessage(), failure);
    this.failure = failure;
    this.asked = asked;
  }

  NefeleException failure() {
    return failure;
  }

  boolean asked() {
    return asked;
  }
}
