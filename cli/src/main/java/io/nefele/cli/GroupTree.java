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
 * The hierarchy as lines of text: a group, below it its members, the leader first; where a member
 * leads a group of the level below, that group stands in its place. The last line counts.
 */
final class GroupTree {
  private static final int NAMES_PER_LINE = 8;

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
    if (!groups.isEmpty()) {
      tree.lines.add(tree.summary());
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
    List<GroupRow> below = new ArrayList<>();
    List<String> alone = new ArrayList<>();
    for (String member : group.members()) {
      List<GroupRow> led =
          groups.stream()
              .filter(g -> g.level() == group.level() - 1 && g.leader().equals(member))
              .toList();
      if (led.isEmpty()) {
        alone.add(describe(member));
      }
      below.addAll(led);
    }
    for (int from = 0; from < alone.size(); from += NAMES_PER_LINE) {
      List<String> some = alone.subList(from, Math.min(from + NAMES_PER_LINE, alone.size()));
      lines.add(indent + (below.isEmpty() ? "   " : "│  ") + String.join(", ", some));
    }
    for (int i = 0; i < below.size(); i++) {
      boolean last = i == below.size() - 1;
      lines.add(indent + (last ? "└─ " : "├─ ") + title(below.get(i)));
      addMembers(below.get(i), indent + (last ? "   " : "│  "));
    }
  }

  private String summary() {
    long agents = groups.stream().flatMap(group -> group.members().stream()).distinct().count();
    int levels = 1 + groups.stream().mapToInt(GroupRow::level).max().orElse(0);
    return counted(agents, "agent")
        + ", "
        + counted(groups.size(), "group")
        + ", "
        + counted(levels, "level");
  }

  private static String counted(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private String title(GroupRow group) {
    return "group "
        + group.id()
        + "  level "
        + group.level()
        + ", "
        + counted(group.members().size(), "member")
        + ", led by "
        + names.getOrDefault(group.leader(), group.leader())
        + ", epoch "
        + group.epoch();
  }

  private String describe(String member) {
    return names.getOrDefault(member, member);
  }
}
