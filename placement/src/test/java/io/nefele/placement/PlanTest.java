package io.nefele.placement;

import static io.nefele.placement.PlacementWorld.CAPACITY;
import static io.nefele.placement.PlacementWorld.template;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentId;
import io.nefele.core.SeededStreams;
import io.nefele.placement.PlacementEffect.Refusal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final List<AgentId> ALL =
      List.of(new AgentId(1), new AgentId(2), new AgentId(3), new AgentId(4), new AgentId(5));

  private final PlacementWorld world =
      new PlacementWorld(5, new SeededStreams(1).stream("network"));

  private void plan(long token, int cpuMillis, int count, Duration keep) {
    world
        .server(1)
        .input(
            new PlacementInput.Requested(
                token, List.of(new Component(template(cpuMillis, 64), count)), keep, List.of(ALL)));
  }

  private Decision planned(long token) {
    Decision decision = world.planned.get(token);
    if (decision == null) {
      throw new AssertionError("no plan " + token + "; refused " + world.refused);
    }
    return decision;
  }

  @Test
  void aPlanHoldsJustItsPlacesAndIsCommittedToThem() {
    plan(7, 3000, 2, Duration.ofSeconds(30));
    world.runFor(Duration.ofSeconds(5));
    Decision decision = planned(7);
    // What is planned is not given to others, all the rest is.
    world.request(2, 8, template(3000, 64), 4);
    world.runFor(Duration.ofSeconds(5));
    assertTrue(world.refused.get(8L) instanceof Refusal.NoRoom);
    world.request(2, 9, template(3000, 64), 3);
    world.runFor(Duration.ofSeconds(5));
    assertEquals(3, world.placed(9).size());
    world.server(1).input(new PlacementInput.CommitPlan(10, decision.key()));
    world.run();
    List<AgentId> chosen =
        decision.verdicts().stream()
            .filter(v -> v.given() > 0)
            .map(Verdict::agent)
            .sorted()
            .toList();
    assertEquals(chosen, world.placed(10).stream().map(p -> p.agent()).sorted().toList());
  }

  @Test
  void aPlanThatIsNotUsedHoldsNothingWhenItsTimeIsUp() {
    plan(7, 3000, 2, Duration.ofSeconds(30));
    world.run();
    for (var server : world.servers()) {
      assertEquals(CAPACITY, server.placement.free());
    }
    world.server(1).input(new PlacementInput.CommitPlan(8, planned(7).key()));
    world.run();
    assertTrue(world.refused.get(8L) instanceof Refusal.NoPlan);
  }

  @Test
  void aDecisionNamesTheRunnerUpAndWhyOthersWereNotTaken() {
    world.request(2, 1, template(3500, 64), 1);
    world.run();
    plan(7, 1000, 1, Duration.ofSeconds(30));
    world.runFor(Duration.ofSeconds(5));
    List<Verdict> verdicts = planned(7).verdicts();
    assertEquals(5, verdicts.size());
    assertEquals(1, verdicts.getFirst().given());
    assertEquals(1, verdicts.stream().filter(Verdict::runnerUp).count());
    Verdict full =
        verdicts.stream().filter(v -> v.agent().equals(new AgentId(2))).findFirst().orElseThrow();
    assertTrue(full.why().contains("lacks 0.5 cores"), full.why());
  }

  @Test
  void whatOthersHeldForAMomentIsTriedAgain() {
    for (long token = 1; token <= 5; token++) {
      world.request((int) token, token, template(2000, 64), 2);
    }
    world.run();
    assertEquals(5, world.placed.size(), () -> world.refused.toString());
  }

  @Test
  void whoeverGoesAwayBeforeTheGoLeavesNothing() {
    for (int millis = 0; millis < 40; millis += 2) {
      PlacementWorld each = new PlacementWorld(5, new SeededStreams(millis).stream("network"));
      each.request(1, 7, template(500, 64), 10);
      each.later(
          Duration.ofMillis(millis), () -> each.server(1).input(new PlacementInput.Cancelled(7)));
      each.run();
      int running = 0;
      for (var server : each.servers()) {
        assertEquals(List.of(), List.copyOf(server.gated));
        running += server.running.size();
      }
      assertEquals(each.placed.containsKey(7L) ? 10 : 0, running);
    }
  }
}
