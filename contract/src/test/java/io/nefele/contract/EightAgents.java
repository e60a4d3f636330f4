package io.nefele.contract;

import static io.nefele.contract.GroupContract.RED;

import io.nefele.core.AgentBoot;
import java.util.ArrayList;
import java.util.List;

/**
 * A run to be recorded: eight agents come into a group, one leaves, one crashes, and meanwhile two
 * hundred broadcasts and some messages from one to one are under way.
 */
final class EightAgents {
  private static final int AGENTS = 8;

  private final GroupBed bed;
  private final List<AgentBoot> agents = new ArrayList<>();
  private int number;

  private EightAgents(GroupBed bed) {
    this.bed = bed;
  }

  /** Plays the run to its rest and closes the bed. */
  static List<GroupEvent> record(GroupBed bed) {
    try (bed) {
      EightAgents run = new EightAgents(bed);
      run.play();
      bed.await("rest", new Rest());
      return bed.trace().events();
    }
  }

  private void play() {
    for (int i = 0; i < AGENTS; i++) {
      agents.add(bed.start());
      bed.open(agents.getLast(), RED, i == 0 ? List.of() : List.of(agents.getFirst()));
      // Who will crash is met before the others: they may all come in one view, and go in one.
      if (i < 3) {
        awaitOneView();
      }
      if (i > 0) {
        broadcast(5);
      }
    }
    awaitOneView();
    broadcast(10);
    bed.close(agents.remove(5), RED);
    broadcast(10);
    bed.crash(agents.remove(2));
    broadcast(10);
    awaitOneView();
    broadcast(35);
    bed.await("all at the founder", t -> t.heard(agents.getFirst(), RED) == 2 * number);
  }

  /** The founder and the second take turns, and write to each other about it. */
  private void broadcast(int count) {
    for (int i = 0; i < count; i++) {
      number++;
      bed.broadcast(agents.getFirst(), RED, number);
      bed.broadcast(agents.get(1), RED, number);
      bed.send(agents.getFirst(), agents.get(1), number);
      bed.send(agents.get(1), agents.getFirst(), number);
    }
  }

  private void awaitOneView() {
    List<AgentBoot> members = List.copyOf(agents);
    bed.await("one view of " + members, trace -> trace.allIn(members, RED));
  }

  /** Whether the run has come to rest; looks at each event once. */
  private static final class Rest implements Trace.Condition {
    private final GroupRules rules = new GroupRules();
    private int seen;

    @Override
    public boolean holds(Trace trace) {
      List<GroupEvent> run = trace.events();
      run.subList(seen, run.size()).forEach(rules::accept);
      seen = run.size();
      try {
        rules.settled();
        return true;
      } catch (RuleBroken broken) {
        if (broken.rule().isOfRest()) {
          return false;
        }
        throw broken;
      }
    }
  }
}
