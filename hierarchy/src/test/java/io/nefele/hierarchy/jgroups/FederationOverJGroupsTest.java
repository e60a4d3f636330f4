package io.nefele.hierarchy.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.hierarchy.GroupAdvert;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Core and adapter together: real sockets, real time. */
class FederationOverJGroupsTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final Object changes = new Object();
  private final List<LiveAgent> fabric = LiveAgent.newFabric();
  private long ids;

  @AfterEach
  void closeAll() {
    fabric.parallelStream().forEach(LiveAgent::close);
  }

  @Test
  void fiveAgentsBecomeOneGroupAndStayOneWhenTheirLeaderDies() throws Exception {
    start(5, 8);
    await("one group of 5", () -> inOneGroup(5));

    LiveAgent leader = leaderOf(fabric.getFirst());
    leader.crash();
    fabric.forEach(agent -> agent.lose(leader));
    await("one group of 4", () -> inOneGroup(4));

    start(1, 8);
    await("one group of 5 again", () -> inOneGroup(5));
  }

  @Test
  void twentyAgentsFormGroupsWithinBoundsUnderOneTop() throws Exception {
    start(20, 3);
    await(
        "groups in bounds and one top",
        () -> {
          List<GroupAdvert> groups =
              fabric.stream()
                  .flatMap(agent -> agent.adverts().stream())
                  .filter(GroupAdvert::byLeader)
                  .toList();
          List<GroupAdvert> bottom = groups.stream().filter(g -> g.level() == 0).toList();
          List<GroupAdvert> top = groups.stream().filter(g -> g.level() == 1).toList();
          return bottom.stream().mapToInt(GroupAdvert::size).sum() == 20
              && bottom.stream().allMatch(g -> g.size() >= 3 && g.size() <= 8)
              && top.size() == 1
              && top.getFirst().size() == bottom.size();
        });
    assertTrue(fabric.stream().allMatch(agent -> agent.members().contains(agent.boot())));
    assertEquals(20, fabric.size());
  }

  private void start(int count, int k) throws Exception {
    List<LiveAgent> agents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      agents.add(new LiveAgent(++ids, k, fabric, this::changed));
    }
    agents.forEach(LiveAgent::start);
  }

  private boolean inOneGroup(int size) {
    return fabric.stream()
        .allMatch(
            agent ->
                agent.members().size() == size
                    && agent.members().equals(fabric.getFirst().members()));
  }

  private LiveAgent leaderOf(LiveAgent member) {
    return fabric.stream()
        .filter(agent -> agent.boot().equals(member.members().getFirst()))
        .findFirst()
        .orElseThrow();
  }

  private void changed() {
    synchronized (changes) {
      changes.notifyAll();
    }
  }

  private void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + SOON.toNanos();
    synchronized (changes) {
      while (!condition.getAsBoolean()) {
        long left = end - System.nanoTime();
        assertTrue(left > 0, () -> "waited in vain for " + what + ": " + picture());
        changes.wait(left / 1_000_000 + 1);
      }
    }
  }

  private String picture() {
    StringBuilder picture = new StringBuilder();
    for (LiveAgent agent : fabric) {
      picture.append(agent.boot()).append(" ").append(agent.adverts()).append("\n");
    }
    return picture.toString();
  }
}
