package io.nefele.hierarchy.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.hierarchy.GroupId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayTest {
  private static final Duration DEADLINE = Duration.ofSeconds(4);
  private static final int AGENTS = 64;
  private static final int SEEDS = 50;

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 64, 250})
  void allAreAskedOnceAndAllAnswer(int count) {
    RelayWorld world = new RelayWorld(1, count);
    RelayEffect.Finished outcome = world.ask(agent(count), Optional.empty(), DEADLINE);

    assertEquals(count, outcome.answers().size());
    assertEquals(List.of(), outcome.missing());
    assertOnce(world, count);
    // There and back over a tree, and one report more for each group.
    assertTrue(world.messages() <= 3 * count, world.messages() + " messages");
  }

  @Test
  void aSubtreeIsAskedAndNobodyElse() {
    RelayWorld world = new RelayWorld(1, AGENTS);
    GroupId half = world.ledBy(agent(17), world.top().orElseThrow()).orElseThrow();
    RelayEffect.Finished outcome = world.ask(agent(1), Optional.of(half), DEADLINE);

    assertEquals(
        world.agents().subList(16, 32).stream().map(AgentBoot::agent).toList(),
        outcome.answers().stream().map(Answer::agent).toList());
    assertOnce(world, 16);
  }

  @Test
  void theLossOfLeadersInTheMiddleOfItCostsTheirAnswersOnly() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      RelayWorld world = new RelayWorld(seed, AGENTS);
      // Both lead groups of level 0 and above, and die when they may have passed the question on.
      world.killAfter(Duration.ofNanos(seed * 150_000), agent(17));
      world.killAfter(Duration.ofNanos(seed * 150_000), agent(21));
      RelayEffect.Finished outcome = world.ask(agent(60), Optional.empty(), DEADLINE);

      assertTrue(outcome.missing().stream().allMatch(a -> List.of(id(17), id(21)).contains(a)));
      assertEquals(AGENTS, outcome.answers().size() + outcome.missing().size(), "seed " + seed);
      assertTrue(world.delivered().values().stream().allMatch(times -> times == 1));
    }
  }

  @Test
  void whoIsGoneIsNamed() {
    RelayWorld world = new RelayWorld(1, AGENTS);
    for (long gone = 5; gone <= 8; gone++) {
      world.kill(agent(gone));
    }
    RelayEffect.Finished outcome = world.ask(agent(1), Optional.empty(), DEADLINE);

    assertEquals(List.of(id(5), id(6), id(7), id(8)), outcome.missing());
    assertOnce(world, AGENTS - 4);
  }

  @Test
  void messagesThatAreLostAreSentAgain_andNobodyIsAskedTwice() {
    int missing = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      RelayWorld world = new RelayWorld(seed, AGENTS);
      world.lose(0.1);
      RelayEffect.Finished outcome = world.ask(agent(33), Optional.empty(), DEADLINE);
      missing += outcome.missing().size();

      assertTrue(world.delivered().values().stream().allMatch(times -> times == 1));
      assertEquals(AGENTS, outcome.answers().size() + outcome.missing().size());
    }
    assertTrue(missing < SEEDS, missing + " of " + SEEDS * AGENTS);
  }

  private static void assertOnce(RelayWorld world, int count) {
    assertEquals(count, world.delivered().size());
    assertTrue(world.delivered().values().stream().allMatch(times -> times == 1));
  }

  private static AgentBoot agent(long number) {
    return new AgentBoot(id(number), 1);
  }

  private static AgentId id(long number) {
    return new AgentId(number);
  }
}
