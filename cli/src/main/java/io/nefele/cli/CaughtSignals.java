package io.nefele.cli;

import java.util.List;
import sun.misc.Signal;

/**
 * Signals that this command gets instead of ending by them. Java has no other way to them than this
 * class, which is none of its public ones; the check for such classes leaves this file out.
 */
final class CaughtSignals {
  static final String WINDOW_CHANGED = "WINCH";
  private static final List<String> CAUGHT =
      List.of("HUP", "INT", "TERM", "USR2", "CONT", WINDOW_CHANGED);

  private CaughtSignals() {}

  /** Gets each signal, on a thread of its own. */
  interface Receiver {
    /**
     * @param name without SIG
     */
    void got(String name, int number);
  }

  static void pass(Receiver receiver) {
    for (String name : CAUGHT) {
      Signal.handle(
          new Signal(name),
          signal ->
              Thread.ofVirtual().start(() -> receiver.got(signal.getName(), signal.getNumber())));
    }
  }
}
