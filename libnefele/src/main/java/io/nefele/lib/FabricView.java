package io.nefele.lib;

import io.nefele.wire.Response.AgentRow;
import io.nefele.wire.Response.GroupRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one agent tells about the fabric: whether it is one, which those ask that wait for it.
 * Immutable.
 *
 * @param agents all agents that it knows, {@link Nefele#agents()}
 * @param groups all groups that it knows, {@link Nefele#groups()}
 */
public record FabricView(List<AgentRow> agents, List<GroupRow> groups) {

  /** The ids of the agents that are alive. */
  public Set<String> alive() {
    Set<String> alive = new HashSet<>();
    for (AgentRow agent : agents) {
      if (agent.state().equals("alive")) {
        alive.add(agent.id());
      }
    }
    return alive;
  }

  /**
   * What is missing for these to be {@code size} live agents under one top group; empty if nothing
   * is. Said in the words of a person.
   *
   * @param size the number of agents, 1 or more
   */
  public Optional<String> shortOfOne(int size) {
    Set<String> alive = alive();
    if (alive.size() != size) {
      return Optional.of("it sees " + alive.size() + " of " + size + " agents");
    }
    int top = groups.stream().mapToInt(GroupRow::level).max().orElse(-1);
    Map<Integer, Set<String>> members = new HashMap<>();
    for (GroupRow group : groups) {
      Set<String> level = members.computeIfAbsent(group.level(), unused -> new HashSet<>());
      for (String member : group.members()) {
        if (!level.add(member)) {
          return Optional.of("it sees agent " + member + " in two groups of a level");
        }
      }
    }
    if (groups.stream().filter(group -> group.level() == top).count() != 1) {
      return Optional.of("it sees no top group, or several");
    }
    if (!members.getOrDefault(0, Set.of()).equals(alive)) {
      return Optional.of("it sees groups of other agents than those that are alive");
    }
    for (GroupRow group : groups) {
      if (group.level() < top
          && !members.getOrDefault(group.level() + 1, Set.of()).contains(group.leader())) {
        return Optional.of("it sees group " + group.id() + " outside the hierarchy");
      }
    }
    return Optional.empty();
  }
}
