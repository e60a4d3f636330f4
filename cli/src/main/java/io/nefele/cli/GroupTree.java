package io.nefele.cli;

import io.nefele.wire.Response.AgentRow;
import io.nefele.wire.Response.GroupRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The hierarchy as lines of text: a group, below it its members; where a member leads a group of
 * the level below, that group stands in its place.
 */
final class GroupTree {
  private final List<GroupRow> groups;
  private final Map<String, String> names = new HashMap<>();
  private final List<String> lines = new ArrayList<>();

  private GroupTree(List<GroupRow> groups, List<AgentRow> agents) {
    this.groups = groups;
    for (AgentRow agent : agents) {
      names.put(agent.id(), agent.name());
    }
  }

  /**
   * The lines.
   *
   * @param groups all groups that are known
   * @param agents for the names of members
   */
  static List<String> lines(List<GroupRow> groups, List<AgentRow> agents) {
    GroupTree tree = new GroupTree(groups, agents);
    List<GroupRow> roots =
        groups.stream()
            .filter(group -> tree.parentOf(group) == null)
            .sorted(Comparator.comparingInt(GroupRow::level).reversed().thenComparing(GroupRow::id))
            .toList();
    for (GroupRow root : roots) {
      tree.lines.add((roots.size() == 1 ? "top " : "no parent known: ") + tree.title(root));
      tree.addMembers(root, "");
    }
    return tree.lines;
  }

  private @Nullable GroupRow parentOf(GroupRow group) {
    return groups.stream()
        .filter(other -> other.level() == group.level() + 1)
        .filter(other -> other.members().contains(group.leader()))
        .findFirst()
        .orElse(null);
  }

  private void addMembers(GroupRow group, String indent) {
    List<String> members = group.members();
    for (int i = 0; i < members.size(); i++) {
      String member = members.get(i);
      boolean last = i == members.size() - 1;
      String branch = indent + (last ? "└─ " : "├─ ");
      String below = indent + (last ? "   " : "│  ");
      List<GroupRow> led =
          groups.stream()
              .filter(g -> g.level() == group.level() - 1 && g.leader().equals(member))
              .toList();
      if (led.isEmpty()) {
        String mark = member.equals(group.leader()) ? "  leads" : "";
        lines.add(branch + describe(member) + mark);
      }
      for (GroupRow child : led) {
        lines.add(branch + title(child));
        addMembers(child, below);
      }
    }
  }

  private String title(GroupRow group) {
    int size = group.members().size();
    return "group "
        + group.id()
        + "  level "
        + group.level()
        + ", "
        + size
        + (size == 1 ? " member" : " members")
        + ", led by "
        + names.getOrDefault(group.leader(), group.leader())
        + ", epoch "
        + group.epoch();
  }

  private String describe(String member) {
    String name = names.get(member);
    return name == null || name.equals(member) ? member : name + " (" + member + ")";
  }
}
