package io.nefele.sim.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.sim.plan.FaultPlan.Timed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
  private static final FaultPlan PLAN = FaultProfile.CHAOS.plan(3, 12, 3, Duration.ofSeconds(120));

  @Test
  void onlyWhatTheFailureNeedsIsLeft() {
    Timed first = PLAN.faults().get(5);
    Timed second = PLAN.faults().get(11);

    FaultPlan small =
        new Shrinker(plan -> plan.faults().containsAll(List.of(first, second)), 1000).shrink(PLAN);

    assertEquals(List.of(first, second), small.faults());
    assertEquals(0, small.spawnsPerMinute());
    assertTrue(small.agents().size() <= 4, () -> "agents left: " + small.agents());
    assertTrue(small.safety().compareTo(PLAN.safety()) < 0);
  }

  @Test
  void aPlanThatNeedsAllOfItselfStaysAsItIs() {
    FaultPlan small = new Shrinker(plan -> plan.equals(PLAN), 1000).shrink(PLAN);

    assertEquals(PLAN, small);
  }

  @Test
  void itStopsAfterTheTriesItWasGiven() {
    AtomicInteger tries = new AtomicInteger();

    new Shrinker(plan -> tries.incrementAndGet() < 0, 17).shrink(PLAN);

    assertEquals(17, tries.get());
  }
}
