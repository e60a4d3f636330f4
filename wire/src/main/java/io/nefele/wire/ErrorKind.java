package io.nefele.wire;

/** Kinds of failure, with the exit code that the command line gives each. */
public enum ErrorKind {
  /** It was tried and did not work. */
  FAILED(1),
  /** The request itself is wrong. */
  USAGE(2),
  /** The agent, or the agent that matters, can't be reached. */
  UNREACHABLE(3),
  /** No room, over a quota, or not allowed. */
  REFUSED(4),
  /** Answered only in part, or too late. */
  PARTIAL(5);

  private final int exitCode;

  ErrorKind(int exitCode) {
    this.exitCode = exitCode;
  }

  public int exitCode() {
    return exitCode;
  }

  /**
   * The kind with {@code exitCode}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ErrorKind ofExitCode(int exitCode) {
    for (ErrorKind kind : values()) {
      if (kind.exitCode == exitCode) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no error kind has exit code " + exitCode);
  }
}
