package io.nefele.lib;

import io.nefele.wire.ErrorKind;
import org.jspecify.annotations.Nullable;

/**
 * What was asked is not done. The message is one or two lines for people: it names the input and
 * the remedy; {@link #kind} is for programs.
 */
public final class NefeleException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ErrorKind kind;

  public NefeleException(ErrorKind kind, String message) {
    this(kind, message, null);
  }

  public NefeleException(ErrorKind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public ErrorKind kind() {
    return kind;
  }

  /** The message, which is never absent. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
