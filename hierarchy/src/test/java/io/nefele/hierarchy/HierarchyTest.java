package io.nefele.hierarchy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HierarchyTest {
  private static final Duration AMPLE = Duration.ofSeconds(60);
  private static final int SEEDS = 12;

  @ParameterizedTest
  @CsvSource({"1,8", "2,8", "5,8", "8,8", "9,8", "23,8", "24,8", "60,8", "200,8"})
  @CsvSource({"1,3", "2,3", "5,3", "8,3", "9,3", "24,3", "60,3", "200,3"})
  void agentsStartedTogetherComeToRestUnderOneTop(int count, int k) {
    int seeds = count > 60 ? 3 : SEEDS;
    for (long seed = 1; seed <= seeds; seed++) {
      HierarchyWorld world = started(seed, count, k);
      assertRests(world, seed);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 8, 23})
  void agentsThatFitInOneGroupAreOneSoonAfterTheyKnowEachOther(int count) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      HierarchyWorld world = new HierarchyWorld(seed, 8);
      world.start(count, Duration.ZERO);
      world.run(Duration.ofMillis(500));
      assertEquals(Optional.empty(), world.wrong(world.living()), "seed " + seed);
    }
  }

  @ParameterizedTest
  @CsvSource({"9,3", "24,8", "60,3", "60,8"})
  void theyRestAlsoWhenMessagesAreLost(int count, int k) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      HierarchyWorld world = new HierarchyWorld(seed, k);
      world.lose(0.2);
      world.start(count, Duration.ofMillis(200));
      assertRests(world, seed);
    }
  }

  @ParameterizedTest
  @CsvSource({"24,8", "60,8", "24,3", "60,3"})
  void thoseThatDieWhileAllFormAreNotAwaitedForEver(int count, int k) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      HierarchyWorld world = new HierarchyWorld(seed, k);
      world.start(count, Duration.ofMillis(20));
      world.run(Duration.ofMillis(120 + 10 * seed));
      List<AgentBoot> living = world.living();
      // Few enough are left for one group.
      living.subList(k, living.size()).forEach(world::crash);
      assertRests(world, seed);
    }
  }

  @ParameterizedTest
  @CsvSource({"5,8", "24,8", "60,8", "60,3"})
  void oneMoreAgentFindsItsPlace(int count, int k) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      HierarchyWorld world = started(seed, count, k);
      assertRests(world, seed);
      world.start(1, Duration.ZERO);
      assertRests(world, seed);
      assertEquals(count + 1, world.living().size());
    }
  }

  @ParameterizedTest
  @CsvSource({"5,8", "24,8", "60,8", "60,3"})
  void theCrashOfAMemberOfALeaderAndOfAWholeGroupIsRepaired(int count, int k) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      HierarchyWorld world = started(seed, count, k);
      assertRests(world, seed);
      List<AgentBoot> group = someGroup(world);
      world.crash(group.getLast());
      assertRests(world, seed);
      world.crash(someGroup(world).getFirst());
      assertRests(world, seed);
      world.crash(topLeader(world));
      assertRests(world, seed);
      List<AgentBoot> whole = someGroup(world);
      if (whole.size() < world.living().size()) {
        whole.forEach(world::crash);
        assertRests(world, seed);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"60,8", "60,3", "100,3"})
  void aDeputyTakesItsLeadersPlaceAndNobodyElseMoves(int count, int k) {
    int taken = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      HierarchyWorld world = started(seed, count, k);
      assertRests(world, seed);
      Optional<AgentBoot> found = leaderOfMoreThan(world, k);
      if (found.isEmpty()) {
        continue;
      }
      AgentBoot leader = found.get();
      AgentBoot deputy = world.hierarchy(leader).membersAt(0).get(1);
      GroupId parent = groupAt(world, leader, 1);
      int epoch = world.hierarchy(leader).groupAt(0).orElseThrow().epoch();
      Map<AgentBoot, List<GroupId>> before = groupsOfAll(world);
      world.crash(leader);
      world.run(Duration.ofMillis(450));
      GroupAdvert led = world.hierarchy(deputy).groupAt(0).orElseThrow();
      assertEquals(deputy, led.leader(), "seed " + seed);
      assertTrue(led.epoch() > epoch, "seed " + seed);
      assertEquals(parent, groupAt(world, deputy, 1), "seed " + seed);
      assertRests(world, seed);
      before.remove(leader);
      Map<AgentBoot, List<GroupId>> after = groupsOfAll(world);
      long moved =
          before.keySet().stream()
              .filter(
                  agent ->
                      !after
                          .getOrDefault(agent, List.of())
                          .containsAll(before.getOrDefault(agent, List.of())))
              .count();
      assertEquals(0, moved, "seed " + seed);
      taken++;
    }
    assertTrue(taken > 2, "no seed showed it");
  }

  @ParameterizedTest
  @CsvSource({"60,3", "120,8"})
  void membersThatCanBeSparedGoToClearlyNearerGroupsAndTheOthersStay(int count, int k) {
    int fewer = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      HierarchyWorld world = started(seed, count, k);
      assertRests(world, seed);
      Map<AgentBoot, List<GroupId>> before = groupsOfAll(world);
      world.moveApart(Duration.ofMillis(1).plusNanos(300_000));
      look(world, seed);
      assertEquals(before, groupsOfAll(world), "a gain below 30 %, seed " + seed);
      world.moveApart(Duration.ofMillis(30));
      long apart = farFromTheirLeaders(world);
      look(world, seed);
      fewer += farFromTheirLeaders(world) < apart ? 1 : 0;
      assertTrue(farFromTheirLeaders(world) <= apart, "seed " + seed);
    }
    assertTrue(fewer > SEEDS / 2, fewer + " of " + SEEDS);
  }

  private static void look(HierarchyWorld world, long seed) {
    for (int i = 0; i < 10; i++) {
      world.measureDistances();
      assertRests(world, seed);
      world.run(Duration.ofSeconds(30));
    }
  }

  private static long farFromTheirLeaders(HierarchyWorld world) {
    return world.living().stream()
        .filter(
            agent ->
                HierarchyWorld.isFar(agent)
                    != HierarchyWorld.isFar(world.hierarchy(agent).leader(0).orElseThrow()))
        .count();
  }

  private static Optional<AgentBoot> leaderOfMoreThan(HierarchyWorld world, int k) {
    return world.living().stream()
        .filter(agent -> world.hierarchy(agent).leader(0).equals(Optional.of(agent)))
        .filter(agent -> world.hierarchy(agent).membersAt(0).size() > k)
        .filter(agent -> world.hierarchy(agent).groupAt(1).isPresent())
        .findFirst();
  }

  private static GroupId groupAt(HierarchyWorld world, AgentBoot agent, int level) {
    return world.hierarchy(agent).groupAt(level).orElseThrow().group();
  }

  private static Map<AgentBoot, List<GroupId>> groupsOfAll(HierarchyWorld world) {
    Map<AgentBoot, List<GroupId>> all = new TreeMap<>();
    for (AgentBoot agent : world.living()) {
      List<GroupId> groups = new ArrayList<>();
      world.hierarchy(agent).myLevels().forEach(level -> groups.add(groupAt(world, agent, level)));
      all.put(agent, groups);
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource({"5,8", "24,8", "60,8", "60,3"})
  void theSidesOfACutGoOnAloneAndAreOneAgainAfterwards(int count, int k) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      HierarchyWorld world = started(seed, count, k);
      assertRests(world, seed);
      List<AgentBoot> side = world.firstOf(count / 2);
      List<AgentBoot> rest = world.living().stream().filter(a -> !side.contains(a)).toList();
      world.cut(side);
      assertTrue(world.run(AMPLE), "restless in the cut, seed " + seed);
      assertEquals(Optional.empty(), world.wrong(side), "seed " + seed);
      assertEquals(Optional.empty(), world.wrong(rest), "seed " + seed);
      world.heal();
      assertRests(world, seed);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {24, 60})
  void agentsThatLeaveOneAfterTheOtherLeaveOneBehind(int count) {
    for (long seed = 1; seed <= 5; seed++) {
      HierarchyWorld world = started(seed, count, 8);
      assertRests(world, seed);
      while (world.living().size() > 1) {
        world.leave(world.living().getFirst());
        world.run(Duration.ofMillis(300));
      }
      assertRests(world, seed);
    }
  }

  private static HierarchyWorld started(long seed, int count, int k) {
    HierarchyWorld world = new HierarchyWorld(seed, k);
    world.start(count, Duration.ofMillis(100));
    return world;
  }

  private static void assertRests(HierarchyWorld world, long seed) {
    boolean atRest = world.run(AMPLE);
    assertEquals(Optional.empty(), world.wrong(world.living()), "seed " + seed);
    assertTrue(atRest, "restless, seed " + seed);
  }

  private static List<AgentBoot> someGroup(HierarchyWorld world) {
    return world.hierarchy(world.living().getLast()).membersAt(0);
  }

  private static AgentBoot topLeader(HierarchyWorld world) {
    Hierarchy any = world.hierarchy(world.living().getFirst());
    return any.knownGroups().stream()
        .max(Comparator.comparingInt(GroupAdvert::level))
        .orElseThrow()
        .leader();
  }
}
