package io.nefele.agent;

import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The agent's log on standard error: a line for what happens to the fabric, and of the libraries
 * only what is severe.
 */
final class QuietLogging {
  /** Held, since java.util.logging forgets the levels of loggers that nobody holds. */
  private static final Logger NEFELE = Logger.getLogger("io.nefele");

  private QuietLogging() {}

  static void install() {
    Logger root = Logger.getLogger("");
    for (var handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    ConsoleHandler handler = new ConsoleHandler();
    handler.setLevel(Level.ALL);
    handler.setFormatter(new Line());
    root.addHandler(handler);
    root.setLevel(Level.SEVERE);
    NEFELE.setLevel(Level.INFO);
  }

  /** One line: time, level, message; a stack trace only below what is severe. */
  private static final class Line extends Formatter {
    @Override
    public String format(LogRecord event) {
      StringBuilder line = new StringBuilder();
      line.append(event.getInstant()).append(' ').append(event.getLevel()).append(' ');
      line.append(formatMessage(event)).append('\n');
      if (event.getThrown() != null && event.getLevel().intValue() >= Level.SEVERE.intValue()) {
        for (StackTraceElement element : event.getThrown().getStackTrace()) {
          line.append("    at ").append(element).append('\n');
        }
      }
      return line.toString();
    }
  }
}
