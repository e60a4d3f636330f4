package io.nefele.sim.model;

import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.GroupAdvert;
import io.nefele.hierarchy.GroupId;
import io.nefele.hierarchy.Hierarchy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The tree as it is at one moment, seen from above.
 *
 * @param agents how many live
 * @param reaching how many of them have a valid path, leader by leader, to the top that most reach
 * @param tops how many different ends such paths have
 * @param levels of the highest end
 * @param wrongSizes groups that are smaller than k or larger than 3k - 1, the top apart
 */
public record TreeShape(int agents, int reaching, int tops, int levels, int wrongSizes) {

  static TreeShape of(FederationModel model) {
    Map<String, Optional<GroupId>> ends = new HashMap<>();
    TreeMap<GroupId, Integer> reached = new TreeMap<>();
    List<AgentBoot> living = model.living();
    TreeMap<GroupId, Integer> sizes = new TreeMap<>();
    for (AgentBoot agent : living) {
      endOf(model, agent, 0, ends).ifPresent(end -> reached.merge(end, 1, Integer::sum));
      Hierarchy hierarchy = model.hierarchy(agent);
      for (int level : hierarchy.myLevels()) {
        if (hierarchy.leader(level).equals(Optional.of(agent))) {
          GroupAdvert led = hierarchy.groupAt(level).orElseThrow();
          sizes.put(led.group(), led.size());
        }
      }
    }
    int most = reached.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    int levels = reached.keySet().stream().mapToInt(GroupId::level).max().orElse(-1) + 1;
    long wrong =
        sizes.entrySet().stream()
            .filter(
                group ->
                    group.getValue() > 3 * model.k() - 1
                        || (group.getValue() < model.k() && !reached.containsKey(group.getKey())))
            .count();
    return new TreeShape(living.size(), most, reached.size(), levels, (int) wrong);
  }

  /** Whether all agents reach the same top. */
  public boolean isOneTree() {
    return tops == 1 && reaching == agents;
  }

  /** Where the path from {@code agent}'s group at {@code level} ends; empty if it is broken. */
  private static Optional<GroupId> endOf(
      FederationModel model, AgentBoot agent, int level, Map<String, Optional<GroupId>> ends) {
    if (!model.isAlive(agent)) {
      return Optional.empty();
    }
    Optional<GroupAdvert> group = model.hierarchy(agent).groupAt(level);
    if (group.isEmpty()) {
      return Optional.empty();
    }
    AgentBoot leader = group.get().leader();
    String place = leader + " " + group.get().group();
    Optional<GroupId> known = ends.get(place);
    if (known != null) {
      return known;
    }
    Optional<GroupId> end = Optional.empty();
    if (model.isAlive(leader)) {
      Hierarchy above = model.hierarchy(leader);
      boolean leads =
          above
              .groupAt(level)
              .filter(led -> led.group().equals(group.get().group()))
              .filter(led -> led.leader().equals(leader))
              .isPresent();
      if (leads) {
        end =
            above.groupAt(level + 1).isPresent()
                ? endOf(model, leader, level + 1, ends)
                : Optional.of(group.get().group());
      }
    }
    ends.put(place, end);
    return end;
  }
}
