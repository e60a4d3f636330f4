package io.nefele.bench.convergence;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The JVM of one trial. Arguments: kind, contestant, members, deadline and rest in seconds. */
final class TrialMain {
  /** Held, since java.util.logging forgets the levels of loggers that nobody holds. */
  private static final Logger ROOT = Logger.getLogger("");

  private TrialMain() {}

  public static void main(String[] args) throws Exception {
    ROOT.setLevel(Level.OFF);
    TrialKind kind = TrialKind.find(args[0]).orElseThrow();
    Contestant contestant = Contestant.find(args[1]).orElseThrow();
    int members = Integer.parseInt(args[2]);
    Duration deadline = Duration.ofSeconds(Long.parseLong(args[3]));
    Duration rest = Duration.ofSeconds(Long.parseLong(args[4]));
    PrintStream out = System.out;
    Consumer<Finding> found = finding -> out.println(finding.toLine());
    int exitCode = 0;
    try {
      switch (kind) {
        case MEMBERSHIP -> new Trial(contestant, members, deadline, rest, found).run();
        case FEDERATION -> new FederationTrial(contestant, members, deadline, found).run();
      }
    } catch (Exception e) {
      // One line: the last one is what the report shows.
      System.err.println("ended by " + e.toString().lines().findFirst().orElse(""));
      exitCode = 1;
    }
    // Not all systems end their threads when they are closed.
    System.exit(exitCode);
  }
}
