package io.nefele.cli;

import java.io.PrintStream;
import java.util.function.LongConsumer;

/** Shows a person at a terminal how much of a program has been sent; nobody else. */
final class ShipProgress implements LongConsumer, AutoCloseable {
  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final int STANDARD_ERROR = 2;

  private final PrintStream err;
  private final String what;
  private final long bytes;
  private final boolean shown;

  /**
   * @param what is sent
   * @param bytes of all of it; what the agent has already is not sent
   */
  ShipProgress(Console console, String what, long bytes) {
    this.err = console.err();
    this.what = what;
    this.bytes = bytes;
    this.shown =
        Terminal.isTerminal(STANDARD_ERROR) && !"dumb".equals(console.environment().get("TERM"));
  }

  @Override
  public void accept(long sent) {
    if (shown) {
      err.print(
          CLEAR_LINE + "sending " + what + ": " + Size.show(sent) + " of " + Size.show(bytes));
      err.flush();
    }
  }

  @Override
  public void close() {
    if (shown) {
      err.print(CLEAR_LINE);
      err.flush();
    }
  }
}
