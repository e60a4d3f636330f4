package io.nefele.hierarchy.relay;

import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.GroupId;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Who is below a group. */
final class Subtree {
  private Subtree() {}

  /** All agents of the level-0 groups below {@code group}. */
  static List<AgentBoot> agents(Tree tree, GroupId group) {
    SortedSet<AgentBoot> agents = new TreeSet<>();
    collect(tree, group, agents);
    return List.copyOf(agents);
  }

  private static void collect(Tree tree, GroupId group, SortedSet<AgentBoot> into) {
    for (AgentBoot member : tree.members(group)) {
      if (group.level() == 0) {
        into.add(member);
      } else {
        tree.ledBy(member, group).ifPresent(child -> collect(tree, child, into));
      }
    }
  }
}
