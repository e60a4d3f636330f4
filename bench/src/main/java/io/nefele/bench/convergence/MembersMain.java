package io.nefele.bench.convergence;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The JVM of a {@link MembersProcess}. Arguments: contestant, endpoints, the members to run. */
final class MembersMain {
  /** Held, since java.util.logging forgets the levels of loggers that nobody holds. */
  private static final Logger ROOT = Logger.getLogger("");

  private MembersMain() {}

  public static void main(String[] args) throws Exception {
    ROOT.setLevel(Level.OFF);
    Contestant contestant = Contestant.find(args[0]).orElseThrow();
    Layout layout =
        new Layout(
            MembersProcess.endpoints(args[1]), new TreeSet<>(MembersProcess.numbers(args[2])));
    Peer peer = contestant.peer(layout);
    PrintStream out = System.out;
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    out.println(MembersProcess.ANSWER);
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      out.println(MembersProcess.ANSWER + answer(peer, line));
    }
    // There is nobody left to be a member for, and not all systems end their threads.
    Runtime.getRuntime().halt(0);
  }

  private static String answer(Peer peer, String question) throws Exception {
    String[] words = question.split(" ", 3);
    return switch (words[0]) {
      case MembersProcess.START -> started(peer);
      case MembersProcess.KNOWN -> MembersProcess.list(peer.known().values());
      case MembersProcess.LEADS -> MembersProcess.list(leaders(peer));
      case MembersProcess.HEARD ->
          MembersProcess.list(peer.hearers(Integer.parseInt(words[1]), words[2]));
      default -> throw new IllegalArgumentException(question);
    };
  }

  private static List<Integer> leaders(Peer peer) throws Exception {
    List<Integer> leaders = new ArrayList<>();
    for (int member : peer.members()) {
      if (peer.leads(member)) {
        leaders.add(member);
      }
    }
    return leaders;
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
