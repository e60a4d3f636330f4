package io.nefele.contract;

import io.nefele.core.AgentBoot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules about messages from one agent to one. Their numbers are different for each pair. */
final class UnicastRules {
  private record Pair(AgentBoot from, AgentBoot to) {}

  private final Map<Pair, List<Integer>> sent = new LinkedHashMap<>();
  private final Map<Pair, List<Integer>> received = new LinkedHashMap<>();
  private final Set<AgentBoot> known = new HashSet<>();
  private final Set<AgentBoot> gone = new HashSet<>();

  void gone(AgentBoot agent) {
    gone.add(agent);
  }

  void sent(AgentBoot from, AgentBoot to, int number) {
    known.add(from);
    sent.computeIfAbsent(new Pair(from, to), unused -> new ArrayList<>()).add(number);
  }

  void received(AgentBoot at, AgentBoot from, int number) {
    Pair pair = new Pair(from, at);
    List<Integer> posted = sent.getOrDefault(pair, List.of());
    int index = posted.indexOf(number);
    if (index < 0) {
      throw new RuleBroken(
          Rule.NOTHING_IS_MISDELIVERED,
          at + " received " + number + " that " + from + " never sent it");
    }
    List<Integer> came = received.computeIfAbsent(pair, unused -> new ArrayList<>());
    if (came.contains(number)) {
      throw new RuleBroken(Rule.RECEIVED_ONCE, at + " received " + number + " twice from " + from);
    }
    if (!came.isEmpty() && posted.indexOf(came.getLast()) > index) {
      throw new RuleBroken(
          Rule.FIFO_UNICASTS,
          at + " received " + number + " from " + from + " after " + came.getLast());
    }
    came.add(number);
    known.add(at);
  }

  /** Whoever has sent or received something and is not gone lives. */
  void settled() {
    sent.forEach(
        (pair, numbers) -> {
          boolean live = known.contains(pair.to) && !gone.contains(pair.to);
          List<Integer> came = received.getOrDefault(pair, List.of());
          if (live && !gone.contains(pair.from) && !came.equals(numbers)) {
            throw new RuleBroken(
                Rule.UNICASTS_ARRIVE,
                pair.to + " received " + came + " of " + numbers + " from " + pair.from);
          }
        });
  }
}
