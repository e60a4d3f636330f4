package io.nefele.core;

/**
 * Bytes that are not a message. Expected from a network or a file, so it is checked: whoever
 * decodes drops the bytes and counts them.
 */
public final class MalformedMessage extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was expected and what was found, at which offset
   */
  public MalformedMessage(String message) {
    super(message);
  }
}
