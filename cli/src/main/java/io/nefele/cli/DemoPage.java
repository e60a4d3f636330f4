package io.nefele.cli;

import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** How the demonstration looks: numbered steps, what was asked, what was answered, a tick. */
final class DemoPage {
  private static final long POLL_MILLIS = 50;

  private final Console console;
  private int number;

  DemoPage(Console console) {
    this.console = console;
  }

  /** What a step does; it returns what was verified. */
  interface Step {
    String run() throws NefeleException, IOException;
  }

  /** Something to wait for. */
  interface Condition {
    boolean holds() throws NefeleException;
  }

  /** Runs a step; its failure is shown and goes on to the caller. */
  void step(String title, Step step) throws NefeleException, IOException {
    number++;
    line(console.bold(number + ". " + title));
    long startNanos = System.nanoTime();
    try {
      String verified = step.run();
      line(console.green("   \u2713 ") + verified + console.dim("  " + since(startNanos)));
    } catch (NefeleException | IOException | RuntimeException e) {
      line(console.red("   \u2717 ") + e.getMessage() + console.dim("  " + since(startNanos)));
      throw e;
    } finally {
      line("");
    }
  }

  private static String since(long startNanos) {
    return Span.show(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
  }

  void asked(String command) {
    line(console.dim("   $ ") + command);
  }

  void answered(String answer) {
    line("     " + answer);
  }

  void table(Table table) {
    table.lines().forEach(this::answered);
  }

  private void line(String text) {
    console.out().println(text);
    console.out().flush();
  }

  /**
   * Waits until {@code condition} holds.
   *
   * @param otherwise what to say if it does not within {@code timeout}
   */
  void await(Duration timeout, Condition condition, Supplier<String> otherwise)
      throws NefeleException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!condition.holds()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new NefeleException(ErrorKind.FAILED, "interrupted");
      }
      if (System.nanoTime() > deadline) {
        throw new NefeleException(
            ErrorKind.PARTIAL, otherwise.get() + ", after " + Span.show(timeout.toMillis()));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
    }
  }
}
