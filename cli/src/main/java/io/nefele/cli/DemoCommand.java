package io.nefele.cli;

import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Option;

/** {@code nefele demo}: the whole story on real processes, in a home of its own. */
final class DemoCommand implements Callable<Integer> {
  private static final int FEWEST_AGENTS = 3;
  private static final int MOST_AGENTS = 50;

  private final Console console;

  @Option(
      names = "--agents",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many agents (default: 5).")
  int agents;

  @Option(names = "--keep", description = "Leave the fabric running at the end.")
  boolean keep;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws NefeleException, IOException {
    if (agents < FEWEST_AGENTS || agents > MOST_AGENTS) {
      throw new NefeleException(
          ErrorKind.USAGE, "--agents " + agents + ": from " + FEWEST_AGENTS + " to " + MOST_AGENTS);
    }
    Distribution distribution = Distribution.current();
    FabricHome home = new FabricHome(Files.createTempDirectory(Path.of("/tmp"), "nefele-demo-"));
    CountDownLatch cleaned = new CountDownLatch(1);
    Thread teller = Thread.currentThread();
    // Ctrl-C interrupts the story, not the cleaning up after it.
    Thread interrupter = new Thread(() -> interruptAndAwait(teller, cleaned));
    Runtime.getRuntime().addShutdownHook(interrupter);
    Demo demo = new Demo(console, home, distribution, agents);
    boolean told = false;
    try {
      demo.tell();
      told = true;
    } finally {
      boolean interrupted = Thread.interrupted();
      try {
        if (keep) {
          console.out().println("kept: NEFELE_HOME=" + home.path() + " nefele agents");
        } else {
          demo.cleanUp();
        }
      } finally {
        console.out().flush();
        cleaned.countDown();
        if (interrupted) {
          teller.interrupt();
        } else {
          Runtime.getRuntime().removeShutdownHook(interrupter);
        }
      }
    }
    console.out().println(told ? console.green("Every step was verified.") : "");
    return AskingCommand.DONE;
  }

  private static void interruptAndAwait(Thread teller, CountDownLatch cleaned) {
    teller.interrupt();
    try {
      cleaned.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
