package io.nefele.agent;

/** Why an agent can't start, in words for the person who tried. */
final class StartFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message names the input and the remedy
   */
  StartFailure(String message) {
    super(message);
  }

  StartFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
