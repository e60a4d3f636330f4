package io.nefele.cli;

import java.util.List;
import java.util.Locale;

/**
 * A signal, written as {@code TERM}, {@code SIGTERM} or {@code 15}.
 *
 * @param number as in {@code signal(7)}, 1 to 64
 */
record SignalNumber(int number) {
  /** The names of signals 1 to 31 on Linux, in order. */
  private static final List<String> NAMES =
      List.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
          "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");

  /**
   * Reads a signal.
   *
   * @throws IllegalArgumentException if {@code text} names none
   */
  static SignalNumber parse(String text) {
    String name = text.toUpperCase(Locale.ROOT);
    int index = NAMES.indexOf(name.startsWith("SIG") ? name.substring(3) : name);
    if (index >= 0) {
      return new SignalNumber(index + 1);
    }
    if (text.matches("[1-9]|[1-5][0-9]|6[0-4]")) {
      return new SignalNumber(Integer.parseInt(text));
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not a signal; write a name as TERM or KILL, or a number from 1 to 64");
  }
}
