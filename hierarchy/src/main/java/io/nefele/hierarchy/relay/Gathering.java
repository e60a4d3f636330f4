package io.nefele.hierarchy.relay;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.hierarchy.GroupId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is known so far of the answers of all agents below one group. */
final class Gathering {
  final QuestionId id;
  final GroupId group;
  final Bytes question;

  /** To whom it is to be reported. */
  final SortedSet<AgentBoot> askers = new TreeSet<>();

  private final SortedMap<AgentId, Bytes> answers = new TreeMap<>();

  /** At level 0: who has not answered. */
  private final SortedSet<AgentBoot> members = new TreeSet<>();

  /** Above: the groups that are not complete, and how often each was asked. */
  private final SortedMap<GroupId, Integer> below = new TreeMap<>();

  private boolean known;
  private boolean reported;

  /** When the report is due. */
  final Instant until;

  Gathering(QuestionId id, GroupId group, Bytes question, Instant until) {
    this.until = until;
    this.id = id;
    this.group = group;
    this.question = question;
  }

  void await(AgentBoot member) {
    known = true;
    if (!answers.containsKey(member.agent())) {
      members.add(member);
    }
  }

  void await(GroupId child) {
    known = true;
    below.put(child, 0);
  }

  List<AgentBoot> awaitedMembers() {
    return List.copyOf(members);
  }

  List<GroupId> awaitedGroups() {
    return List.copyOf(below.keySet());
  }

  /** How often {@code child} was asked before; counts one more. */
  int attempt(GroupId child) {
    int before = below.getOrDefault(child, 0);
    below.put(child, before + 1);
    return before;
  }

  void add(Answer answer) {
    answers.put(answer.agent(), answer.content());
    members.removeIf(member -> member.agent().equals(answer.agent()));
  }

  void completed(GroupId child) {
    below.remove(child);
  }

  boolean isComplete() {
    // Who does not know the group can't tell that all of it has answered.
    return known && members.isEmpty() && below.isEmpty();
  }

  /** The report, if it has not been made; what comes later is reported when asked again. */
  Optional<RelayMessage.Report> firstReport() {
    if (reported) {
      return Optional.empty();
    }
    reported = true;
    return Optional.of(report());
  }

  boolean isReported() {
    return reported;
  }

  RelayMessage.Report report() {
    List<Answer> all = new ArrayList<>();
    answers.forEach((agent, content) -> all.add(new Answer(agent, content)));
    return new RelayMessage.Report(id, group, all, isComplete());
  }
}
