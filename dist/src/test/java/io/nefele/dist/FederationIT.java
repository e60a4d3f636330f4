package io.nefele.dist;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nefele.lib.AgentSockets;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response.AgentRow;
import io.nefele.wire.Response.GroupRow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Twelve servers, as network namespaces: cut in two halves, with slow links between the halves,
 * without their leaders, without a whole group.
 */
@Timeout(300)
class FederationIT {
  private static final long HEALING_SECONDS = 60;
  private static final long MOVING_SECONDS = 120;
  private static final int GROUP_SIZE = 3;
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final List<Integer> ALL = range(1, 12);

  @TempDir static Path directory = Path.of("");
  private static Path home = directory;
  private static Installed nefele = Installed.withHome(directory, directory);

  /** By id. */
  private static final Map<String, Integer> NUMBERS = new LinkedHashMap<>();

  @BeforeAll
  static void twelveServers() throws Exception {
    assumeTrue(
        Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")),
        "network namespaces are made by root");
    home = directory.resolve("h");
    nefele = Installed.withHome(home, directory);
    up();
    for (AgentRow agent : agents(1)) {
      NUMBERS.put(agent.id(), agent.number());
    }
  }

  @AfterAll
  static void leaveNothing() {
    nefele.lines("down");
  }

  @BeforeEach
  void whole() {
    nefele.lines("net", "heal");
    up();
    awaitFabricOf(ALL);
  }

  @Test
  void halvesCutFromEachOtherAreFabricsThatRunProcesses_andHealIntoOne() throws Exception {
    List<Integer> boots = boots();
    List<Integer> left = range(1, 6);
    List<Integer> right = range(7, 12);
    nefele.lines("net", "cut", "1-6", "7-12");
    awaitFabricOf(left);
    awaitFabricOf(right);

    Set<String> processes = new TreeSet<>();
    processes.addAll(nefele.lines("spawn", "--at", "1", "-n", "3", "--", "sleep", "600"));
    processes.addAll(nefele.lines("spawn", "--at", "12", "-n", "3", "--", "sleep", "600"));
    assertEquals(6, processes.size());

    nefele.lines("net", "heal");
    awaitFabricOf(ALL);
    for (String at : List.of("1", "12")) {
      await(
          HEALING_SECONDS,
          "ps at " + at + " lists " + processes + " and misses no group",
          () -> listsAll(nefele.run("ps", "--at", at), processes));
    }
    assertEquals(boots, boots());
  }

  @Test
  void killedLeadersAndAKilledGroupLeaveAWholeTreeOfTheOthers_untilTheyReturn() throws Exception {
    Set<Integer> alive = new TreeSet<>(ALL);
    GroupRow top = top(groups(alive.iterator().next()));
    kill(alive, List.of(number(top.leader())));

    GroupRow lost =
        groups(alive.iterator().next()).stream()
            .filter(group -> group.level() == 0)
            .toList()
            .getLast();
    kill(alive, lost.members().stream().map(FederationIT::number).toList());

    up();
    awaitFabricOf(ALL);
  }

  @Test
  @Tag("long")
  void agentsBehindASlowLinkGroupWithEachOther() throws Exception {
    Set<Integer> there = halfWithEverySecondLeader(groups(1));
    Set<Integer> here = new TreeSet<>(ALL);
    here.removeAll(there);
    nefele.lines("net", "delay", list(here), list(there), "20ms");
    long before = apart(groups(1), there);
    await(
        MOVING_SECONDS,
        "of those that can be spared, fewer have a slow link to their leader than " + before,
        () -> before == 0 || apart(groups(1), there) < before);
    awaitFabricOf(ALL);
  }

  /** A group that is just merged into another is told as silent, with exit code 5. */
  private static boolean listsAll(Installed.Ended ps, Set<String> processes) {
    return ps.exitCode() == 0 && processes.stream().allMatch(ps.out()::contains);
  }

  /** Six agents with every second leader, so that each end has leaders to gather around. */
  private static Set<Integer> halfWithEverySecondLeader(List<GroupRow> groups) {
    Set<Integer> half = new TreeSet<>();
    Set<Integer> others = new TreeSet<>(ALL);
    boolean second = false;
    for (GroupRow group : groups) {
      if (group.level() == 0) {
        others.remove(number(group.leader()));
        if (second) {
          half.add(number(group.leader()));
        }
        second = !second;
      }
    }
    others.stream().limit(6L - half.size()).forEach(half::add);
    return half;
  }

  /**
   * How many that their groups can spare are at another end of the slow links than their leaders.
   */
  private static long apart(List<GroupRow> groups, Set<Integer> there) {
    return groups.stream()
        .filter(group -> group.level() == 0)
        .mapToLong(
            group ->
                group.members().stream()
                    .skip(GROUP_SIZE)
                    .filter(
                        member ->
                            there.contains(number(member))
                                != there.contains(number(group.leader())))
                    .count())
        .sum();
  }

  private static String list(Set<Integer> agents) {
    return agents.stream().map(String::valueOf).collect(joining(","));
  }

  private static void up() {
    nefele.lines("up", "12", "--netns", "--group-size", Integer.toString(GROUP_SIZE));
  }

  private static void kill(Set<Integer> alive, List<Integer> victims) {
    for (int victim : victims) {
      nefele.lines("agent", "kill9", Integer.toString(victim));
      alive.remove(victim);
    }
    awaitFabricOf(alive);
  }

  /** Until each of these, asked itself, sees just these alive, in one tree with one top. */
  private static void awaitFabricOf(Collection<Integer> members) {
    for (int member : members) {
      await(
          HEALING_SECONDS,
          "agent " + member + " knows a fabric of " + members,
          () -> isWhole(member, members));
    }
  }

  /** What agents are asked while they are on their way up. */
  private interface Question {
    boolean answer() throws NefeleException;
  }

  private static void await(long seconds, String what, Question question) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!isSo(question)) {
      assertTrue(System.nanoTime() < deadline, "not after " + seconds + " s: " + what);
    }
  }

  private static boolean isSo(Question question) {
    try {
      return question.answer();
    } catch (NefeleException e) {
      return false;
    }
  }

  private static boolean isWhole(int asked, Collection<Integer> members) throws NefeleException {
    Set<Integer> alive = new TreeSet<>();
    for (AgentRow agent : agents(asked)) {
      if (agent.state().equals("alive")) {
        alive.add(agent.number());
      }
    }
    return alive.equals(new TreeSet<>(members)) && isTreeOf(groups(asked), alive);
  }

  /** Each agent in one group of level 0, each leader in one of the next level, and one top. */
  private static boolean isTreeOf(List<GroupRow> groups, Set<Integer> agents) {
    Set<Integer> expected = agents;
    int level = 0;
    while (true) {
      int current = level;
      List<GroupRow> here = groups.stream().filter(group -> group.level() == current).toList();
      List<Integer> members =
          here.stream()
              .flatMap(group -> group.members().stream())
              .map(FederationIT::number)
              .toList();
      if (members.size() != expected.size() || !expected.equals(new TreeSet<>(members))) {
        return false;
      }
      if (here.size() == 1) {
        return groups.stream().noneMatch(group -> group.level() > current);
      }
      expected = new TreeSet<>(here.stream().map(group -> number(group.leader())).toList());
      level++;
    }
  }

  private static GroupRow top(List<GroupRow> groups) {
    return groups.stream().reduce((a, b) -> a.level() >= b.level() ? a : b).orElseThrow();
  }

  private static int number(String id) {
    return NUMBERS.getOrDefault(id, 0);
  }

  /** How often each agent was started. */
  private static List<Integer> boots() throws NefeleException {
    List<Integer> boots = new ArrayList<>();
    for (int number : ALL) {
      try (Nefele agent = connect(number)) {
        boots.add(agent.status().epoch());
      }
    }
    return boots;
  }

  private static List<AgentRow> agents(int number) throws NefeleException {
    try (Nefele agent = connect(number)) {
      return agent.agents();
    }
  }

  private static List<GroupRow> groups(int number) throws NefeleException {
    try (Nefele agent = connect(number)) {
      return agent.groups();
    }
  }

  private static Nefele connect(int number) throws NefeleException {
    return Nefele.connect(AgentSockets.numbered(home, number), DEADLINE);
  }

  private static List<Integer> range(int first, int last) {
    return IntStream.rangeClosed(first, last).boxed().toList();
  }
}
