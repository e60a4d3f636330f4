package io.nefele.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.agent.core.AgentTimer;
import io.nefele.core.AgentBoot;
import io.nefele.core.Core;
import io.nefele.core.Name;
import io.nefele.core.SeededStreams;
import io.nefele.hierarchy.GroupId;
import io.nefele.hierarchy.HierarchyMessage;
import io.nefele.sim.plan.Disk;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.sim.plan.LinkQuality;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The fake group transport, used by agents that do nothing by themselves. */
class GroupsTest {
  private static final long SECOND = 1_000_000_000L;

  /** Does what a test puts into it at its next timer. */
  private static final class Puppet implements Core<AgentInput, AgentEffect> {
    final List<AgentEffect> orders = new ArrayList<>();
    final List<List<AgentBoot>> views = new ArrayList<>();
    final List<Integer> heard = new ArrayList<>();

    @Override
    public List<AgentEffect> step(Instant now, AgentInput input) {
      switch (input) {
        case AgentInput.ViewInstalled(var group, var members) -> views.add(members);
        case AgentInput.MessageArrived(
                var from,
                AgentMessage.OfHierarchy(HierarchyMessage.Claim(var group, int size))) ->
            heard.add(size);
        default -> {}
      }
      List<AgentEffect> done = new ArrayList<>(orders);
      orders.clear();
      done.add(new AgentEffect.SetTimer(new AgentTimer.ProfileRefresh(), Duration.ofMillis(5)));
      return done;
    }
  }

  private final TreeMap<AgentBoot, Puppet> puppets = new TreeMap<>();
  private World world = world();
  private GroupId group = group(0);

  private World world() {
    FaultPlan plan =
        new FaultPlan(
            1,
            new TreeSet<>(List.of(0, 1, 2, 3)),
            3,
            1,
            Duration.ofSeconds(60),
            Duration.ZERO,
            0,
            0,
            LinkQuality.PERFECT,
            new TreeSet<>(List.of(0)),
            List.of());
    return new World(plan, this::puppet, List.of());
  }

  private Core<AgentInput, AgentEffect> puppet(
      io.nefele.agent.core.AgentConfig config, SeededStreams random) {
    return puppets.computeIfAbsent(config.self(), boot -> new Puppet());
  }

  @BeforeEach
  void everybodyIsInTheGroup() {
    for (int i = 0; i < 4; i++) {
      world.start(i);
    }
    group = group(0);
    order(0, new AgentEffect.OpenGroup(group, List.of()));
    run(SECOND);
    for (int i = 1; i < 4; i++) {
      order(i, new AgentEffect.OpenGroup(group, List.of(boot(0))));
      run(SECOND);
    }
  }

  @Test
  void whoJoinsStandsLastInTheViewOfAll() {
    List<AgentBoot> all = List.of(boot(0), boot(1), boot(2), boot(3));
    for (int i = 0; i < 4; i++) {
      assertEquals(all, lastView(i));
    }
    assertEquals(4, puppet(0).views.size(), "one view for each who came");
  }

  @Test
  void aBroadcastComesInOrderToAllAndBackToItsSender() {
    for (int i = 0; i < 20; i++) {
      order(2, new AgentEffect.Broadcast(group, claim(i)));
    }
    run(SECOND);

    for (int i = 0; i < 4; i++) {
      assertEquals(java.util.stream.IntStream.range(0, 20).boxed().toList(), puppet(i).heard);
    }
  }

  @Test
  void aCrashTakesTheLeaderOutSoonAndTheNextOneLeads() {
    world.end(life(0), "killed");
    run(SECOND / 5);
    assertEquals(4, lastView(1).size(), "not seen yet");

    run(SECOND / 5);

    assertEquals(List.of(boot(1), boot(2), boot(3)), lastView(1));
  }

  @Test
  void bothSidesOfACutGoOnAloneAndStayApartWhenItHeals() {
    SortedSet<Integer> left = new TreeSet<>(List.of(0, 1));
    SortedSet<Integer> right = new TreeSet<>(List.of(2, 3));
    world.network().cut(1, left, right);
    world.network().cut(2, right, left);
    world.disturbedNetwork();
    run(4 * SECOND);
    assertEquals(4, lastView(3).size(), "silence is not noticed yet");
    run(4 * SECOND);
    world.network().healAll();
    run(10 * SECOND);

    assertEquals(List.of(boot(0), boot(1)), lastView(0));
    assertEquals(List.of(boot(0), boot(1)), lastView(1));
    assertEquals(List.of(boot(2), boot(3)), lastView(2));
    assertEquals(List.of(boot(2), boot(3)), lastView(3));
  }

  @Test
  void whoFindsNoCoordinatorIsAloneAfterASecond() {
    GroupId other = group(1);
    order(1, new AgentEffect.OpenGroup(other, List.of(boot(2))));
    run(SECOND / 2);
    assertEquals(4, lastView(1).size());
    run(SECOND);

    assertEquals(List.of(boot(1)), lastView(1));
  }

  @Test
  void whoLeavesHearsNothingMore() {
    order(1, new AgentEffect.CloseGroup(group));
    run(SECOND);
    order(0, new AgentEffect.Broadcast(group, claim(7)));
    run(SECOND);

    assertEquals(List.of(boot(0), boot(2), boot(3)), lastView(0));
    assertTrue(puppet(1).heard.isEmpty());
    assertEquals(List.of(7), puppet(3).heard);
  }

  @Test
  void aServerThatLostItsDiskComesBackAsSomebodyElse() {
    AgentBoot before = boot(3);
    Life life = life(3);
    world.end(life, "killed");
    life.server().crash(Disk.LOST, new SeededStreams(1).stream("disk"));
    world.start(3);

    assertTrue(!boot(3).agent().equals(before.agent()));
    assertEquals(1, boot(3).epoch());
  }

  private GroupId group(int counter) {
    return new GroupId(
        new Name("boot"), 0, new AgentBoot(new io.nefele.core.AgentId(1), 1), counter + 1);
  }

  private AgentMessage claim(int number) {
    return new AgentMessage.OfHierarchy(new HierarchyMessage.Claim(group, number));
  }

  private void order(int agent, AgentEffect effect) {
    puppet(agent).orders.add(effect);
  }

  private Life life(int agent) {
    return world.living(agent).orElseThrow();
  }

  private AgentBoot boot(int agent) {
    return life(agent).boot();
  }

  private Puppet puppet(int agent) {
    return java.util.Objects.requireNonNull(puppets.get(boot(agent)));
  }

  private List<AgentBoot> lastView(int agent) {
    return puppet(agent).views.getLast();
  }

  private void run(long nanos) {
    long end = world.time().nowNanos() + nanos;
    while (world.time().step(end)) {}
  }
}
