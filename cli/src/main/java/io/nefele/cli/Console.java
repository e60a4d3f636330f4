package io.nefele.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command has of the world around it.
 *
 * @param out for answers
 * @param err for errors and progress
 * @param in for message texts
 * @param environment of the command's own process
 * @param directory the current directory
 * @param styled whether {@code out} is a terminal that may show colours
 */
record Console(
    PrintStream out,
    PrintStream err,
    InputStream in,
    Map<String, String> environment,
    Path directory,
    boolean styled) {

  /** Prints one line of a page about one thing. */
  void field(String name, String value) {
    out.println(name + " ".repeat(11 - name.length()) + value);
  }

  /** {@code text} in bold, where that can be shown. */
  String bold(String text) {
    return style("1", text);
  }

  /** {@code text} in green, where that can be shown. */
  String green(String text) {
    return style("32", text);
  }

  /** {@code text} in red, where that can be shown. */
  String red(String text) {
    return style("31", text);
  }

  /** {@code text} set back, where that can be shown. */
  String dim(String text) {
    return style("2", text);
  }

  private String style(String code, String text) {
    return styled ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
