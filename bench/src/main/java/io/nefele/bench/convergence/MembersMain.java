package io.nefele.bench.convergence;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The JVM of a {@link DoomedProcess}. Arguments: contestant, ports, the members to run. */
final class DoomedMain {
  /** Held, since java.util.logging forgets the levels of loggers that nobody holds. */
  private static final Logger ROOT = Logger.getLogger("");

  private DoomedMain() {}

  public static void main(String[] args) throws Exception {
    ROOT.setLevel(Level.OFF);
    Contestant contestant = Contestant.find(args[0]).orElseThrow();
    Layout layout =
        new Layout(DoomedProcess.numbers(args[1]), new TreeSet<>(DoomedProcess.numbers(args[2])));
    Peer peer = contestant.peer(layout);
    PrintStream out = System.out;
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    out.println(DoomedProcess.ANSWER);
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      out.println(DoomedProcess.ANSWER + answer(peer, line));
    }
    // There is nobody left to be a member for, and not all systems end their threads.
    Runtime.getRuntime().halt(0);
  }

  private static String answer(Peer peer, String question) throws Exception {
    String[] words = question.split(" ", 3);
    return switch (words[0]) {
      case DoomedProcess.START -> started(peer);
      case DoomedProcess.KNOWN -> DoomedProcess.list(peer.known().values());
      case DoomedProcess.HEARD ->
          DoomedProcess.list(peer.hearers(Integer.parseInt(words[1]), words[2]));
      default -> throw new IllegalArgumentException(question);
    };
  }

  private static String started(Peer peer) {
    try {
      peer.start();
      return "";
    } catch (Exception e) {
      return e.toString().lines().findFirst().orElse("failed");
    }
  }
}
