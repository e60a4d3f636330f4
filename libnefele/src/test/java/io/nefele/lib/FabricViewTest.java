package io.nefele.lib;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nefele.wire.Response.AgentRow;
import io.nefele.wire.Response.GroupRow;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FabricViewTest {
  private static final GroupRow LEFT = group("g1", 0, "a", "b");
  private static final GroupRow RIGHT = group("g2", 0, "c", "d");
  private static final GroupRow TOP = group("t", 1, "a", "c");

  @Test
  void aTreeOverAllLiveAgents_isOneFabric() {
    assertEquals(Optional.empty(), shortOf(4, agents("a", "b", "c", "d"), LEFT, RIGHT, TOP));
    assertEquals(Optional.empty(), shortOf(2, agents("a", "b"), LEFT));
  }

  @Test
  void whatIsMissing_isNamed() {
    List<AgentRow> four = agents("a", "b", "c", "d");
    assertEquals(Optional.of("it sees 4 of 5 agents"), shortOf(5, four, LEFT, RIGHT, TOP));
    assertEquals(Optional.of("it sees no top group, or several"), shortOf(4, four, LEFT, RIGHT));
    assertEquals(Optional.of("it sees no top group, or several"), shortOf(4, four));
    assertEquals(
        Optional.of("it sees groups of other agents than those that are alive"),
        shortOf(4, four, LEFT, TOP));
    assertEquals(
        Optional.of("it sees group g2 outside the hierarchy"),
        shortOf(4, four, LEFT, RIGHT, group("t", 1, "a")));
    assertEquals(
        Optional.of("it sees agent b in two groups of a level"),
        shortOf(4, four, LEFT, RIGHT, TOP, group("g3", 0, "b")));
  }

  @Test
  void lostAgents_doNotCount() {
    List<AgentRow> agents =
        Stream.concat(agents("a", "b").stream(), Stream.of(agent("z", "lost"))).toList();
    assertEquals(Optional.empty(), shortOf(2, agents, LEFT));
  }

  private static Optional<String> shortOf(int size, List<AgentRow> agents, GroupRow... groups) {
    return new FabricView(agents, List.of(groups)).shortOfOne(size);
  }

  private static GroupRow group(String id, int level, String... members) {
    return new GroupRow(id, level, members[0], List.of(members), 1);
  }

  private static List<AgentRow> agents(String... ids) {
    return Stream.of(ids).map(id -> agent(id, "alive")).toList();
  }

  private static AgentRow agent(String id, String state) {
    return new AgentRow(0, id, id, state, "", "none", 0, 0, 0, 0, 0, 1, false);
  }
}
