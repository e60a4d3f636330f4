package io.nefele.agent.linux;

/** How a process came to its end. */
public sealed interface ProcessEnding {

  /** It ended by itself. */
  record ExitCode(int code) implements ProcessEnding {}

  /** A signal ended it. */
  record Signal(int signal) implements ProcessEnding {}

  /** It was aborted at its gate and never ran. */
  record Aborted() implements ProcessEnding {}
}
