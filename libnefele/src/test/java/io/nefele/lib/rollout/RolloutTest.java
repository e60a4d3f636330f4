package io.nefele.lib.rollout;

import static io.nefele.lib.rollout.ModelPool.NEW;
import static io.nefele.lib.rollout.ModelPool.OLD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.lib.rollout.ModelPool.Fate;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RolloutTest {

  @Property(tries = 2000)
  void whateverFails_enoughAreReadyAndAllAreOfOneRevisionInTheEnd(
      @ForAll @IntRange(max = 5) int old,
      @ForAll @IntRange(max = 3) int current,
      @ForAll @IntRange(max = 6) int count,
      @ForAll @IntRange(max = 3) int surge,
      @ForAll @IntRange(max = 2) int unavailable,
      @ForAll @Size(max = 6) List<Fate> fates) {
    Assume.that(surge + unavailable > 0);
    ModelPool pool =
        new ModelPool(new Rollout(NEW, terms(count, surge, unavailable)), old, current, fates);

    RolloutOutcome outcome = pool.run();

    int before = old + current;
    assertTrue(
        pool.fewestReady >= Math.min(before, count) - unavailable,
        () -> pool.fewestReady + " ready of " + count + " after " + outcome);
    assertTrue(pool.mostLive <= Math.max(before, count) + surge, () -> pool.mostLive + " live");
    switch (outcome) {
      case RolloutOutcome.Replaced() -> {
        assertEquals(count, pool.ready(NEW));
        assertEquals(count, pool.live());
      }
      case RolloutOutcome.RolledBack(var reason) -> {
        assertEquals(old, pool.ready(OLD));
        assertEquals(current, pool.ready(NEW));
        assertEquals(before, pool.live());
      }
      case RolloutOutcome.GivenUp(var reason) ->
          // What was there of the new revision may fail when it is to be started again.
          assertTrue(current > 0, reason);
    }
  }

  @Example
  void whatNeedsNoChange_isLeftAsItIs() {
    ModelPool pool = new ModelPool(new Rollout(NEW, terms(3, 1, 0)), 0, 3, List.of());
    assertEquals(new RolloutOutcome.Replaced(), pool.run());
    assertEquals(3, pool.mostLive);
  }

  @Example
  void aPoolThatIsNotThere_isStartedAtOnce_andLeavesNothingIfOneFails() {
    ModelPool pool =
        new ModelPool(
            new Rollout(NEW, terms(3, 1, 0)), 0, 0, List.of(Fate.WELL, Fate.EXITS, Fate.WELL));
    var outcome = assertInstanceOf(RolloutOutcome.RolledBack.class, pool.run());
    assertTrue(outcome.reason().contains("7h3kq2m9x4.1.2"), outcome.reason());
    assertEquals(0, pool.live());
  }

  @Example
  void whatDoesNotEndWhenItIsTold_isKilledAfterItsGrace() {
    ModelPool pool =
        new ModelPool(new Rollout(NEW, terms(2, 1, 0)), 2, 0, List.of()).withStubbornOnes();
    assertEquals(new RolloutOutcome.Replaced(), pool.run());
    assertEquals(2, pool.live());
  }

  @Example
  void aNewOneWhoseAgentIsLost_isNoReasonToGoBack() {
    ModelPool pool = new ModelPool(new Rollout(NEW, terms(3, 1, 0)), 0, 3, List.of());
    pool.lose(NEW);
    assertEquals(new RolloutOutcome.Replaced(), pool.run());
    assertEquals(3, pool.ready(NEW));
  }

  @Example
  void whatWaitsForOthersToBeReady_isNotLate() {
    ModelPool pool =
        new ModelPool(new Rollout(NEW, terms(1, 1, 0)), 1, 0, List.of(Fate.WAITS_LONG));
    assertEquals(new RolloutOutcome.Replaced(), pool.run());
    assertEquals(1, pool.ready(NEW));
  }

  @Example
  void countOfNone_endsAll() {
    ModelPool pool = new ModelPool(new Rollout(NEW, terms(0, 1, 0)), 4, 1, List.of());
    assertEquals(new RolloutOutcome.Replaced(), pool.run());
    assertEquals(0, pool.live());
  }

  @Example
  void termsThatAllowNoChange_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> terms(3, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> terms(-1, 1, 0));
  }

  private static RolloutTerms terms(int count, int surge, int unavailable) {
    return new RolloutTerms(
        count,
        surge,
        unavailable,
        Duration.ofMillis(300),
        Duration.ofSeconds(5),
        Duration.ofSeconds(1));
  }
}
