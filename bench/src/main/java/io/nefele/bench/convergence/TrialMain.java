package io.nefele.bench.convergence;

import java.io.PrintStream;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The JVM of one trial. Arguments: contestant, members, deadline and rest in seconds. */
final class TrialMain {
  /** Held, since java.util.logging forgets the levels of loggers that nobody holds. */
  private static final Logger ROOT = Logger.getLogger("");

  private TrialMain() {}

  public static void main(String[] args) throws Exception {
    ROOT.setLevel(Level.OFF);
    Contestant contestant = Contestant.find(args[0]).orElseThrow();
    PrintStream out = System.out;
    Trial trial =
        new Trial(
            contestant,
            Integer.parseInt(args[1]),
            Duration.ofSeconds(Long.parseLong(args[2])),
            Duration.ofSeconds(Long.parseLong(args[3])),
            finding -> out.println(finding.toLine()));
    int exitCode = 0;
    try {
      trial.run();
    } catch (Exception e) {
      // One line: the last one is what the report shows.
      System.err.println("ended by " + e.toString().lines().findFirst().orElse(""));
      exitCode = 1;
    }
    // Not all systems end their threads when they are closed.
    System.exit(exitCode);
  }
}
