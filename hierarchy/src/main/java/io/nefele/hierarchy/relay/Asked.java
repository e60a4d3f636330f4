package io.nefele.hierarchy.relay;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A question of this agent's own: who is to answer, and who has. */
final class Asked {
  final long token;
  final Bytes question;
  private final SortedSet<AgentBoot> expected;
  private final SortedMap<AgentId, Bytes> answers = new TreeMap<>();

  Asked(long token, Bytes question, List<AgentBoot> expected) {
    this.token = token;
    this.question = question;
    this.expected = new TreeSet<>(expected);
  }

  void add(Answer answer) {
    answers.putIfAbsent(answer.agent(), answer.content());
    expected.removeIf(agent -> agent.agent().equals(answer.agent()));
  }

  /** Who has not answered. */
  List<AgentBoot> silent() {
    return List.copyOf(expected);
  }

  RelayEffect.Finished finished() {
    List<Answer> all = new ArrayList<>();
    answers.forEach((agent, content) -> all.add(new Answer(agent, content)));
    return new RelayEffect.Finished(
        token, all, expected.stream().map(AgentBoot::agent).distinct().toList());
  }
}
