package io.nefele.hierarchy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StarHeartbeatsTest {
  private static final long MILLI = HeartbeatWorld.MILLI;
  private static final long PERIOD = 2_000 * MILLI;
  private static final long SILENCE = 6_000 * MILLI;

  /** A doubt comes with the round after one and a half periods, and half a silence is left then. */
  private static final long LATEST = 3 * PERIOD / 2 + PERIOD + SILENCE / 2 + 100 * MILLI;

  private static HeartbeatWorld world(int members, long seed) {
    return new HeartbeatWorld(members, PERIOD, SILENCE, seed);
  }

  @Property(tries = 50)
  void atRestEachMemberAndTheLeaderTellEachOtherOnceInAPeriodAndNobodyIsSuspected(
      @ForAll @IntRange(min = 1, max = 23) int members, @ForAll long seed) {
    HeartbeatWorld world = world(members, seed);

    world.run(20 * PERIOD);

    assertBetween(2L * (members - 1) * 17, 2L * (members - 1) * 20, world.sent());
    assertEquals(0, world.alarms());
    assertEquals(Set.of(), world.allSuspected());
  }

  @Property(tries = 200)
  void afterACutWhoeverIsNextInLineOnEachSideSuspectsAllOfTheOtherAndNobodyOfItsOwn(
      @ForAll @IntRange(min = 2, max = 23) int members,
      @ForAll @IntRange(min = 1, max = 4_000_000) int sides,
      @ForAll long seed) {
    HeartbeatWorld world = world(members, seed);
    world.run(3 * PERIOD);

    world.cut((a, b) -> (sides >> a & 1) != (sides >> b & 1));
    world.run(LATEST);

    for (int side = 0; side <= 1; side++) {
      List<Integer> here = side(members, sides, side);
      if (!here.isEmpty()) {
        assertEquals(
            Set.copyOf(side(members, sides, 1 - side)), world.suspectedBy(here.getFirst()));
      }
      for (int member : here) {
        assertTrue(Collections.disjoint(here, world.suspectedBy(member)));
      }
    }
  }

  private static List<Integer> side(int members, int sides, int side) {
    return IntStream.range(0, members).filter(i -> (sides >> i & 1) == side).boxed().toList();
  }

  @Property(tries = 100)
  void whoeverStandsStillForLessThanTheSilenceIsNotSuspectedNorDoesItSuspectAnybody(
      @ForAll @IntRange(min = 2, max = 23) int members,
      @ForAll @IntRange(min = 0, max = 22) int who,
      @ForAll @IntRange(min = 0, max = 3_900) int millis,
      @ForAll long seed) {
    HeartbeatWorld world = world(members, seed);
    world.run(3 * PERIOD);

    world.pause(who % members, millis * MILLI);
    world.run(8 * PERIOD);

    assertEquals(Set.of(), world.allSuspected());
  }

  @Test
  void afterAnAlarmTheGroupIsQuietAgain() {
    HeartbeatWorld world = world(9, 1);
    world.run(3 * PERIOD);
    world.pause(0, 3_900 * MILLI);
    world.run(4 * PERIOD);
    assertTrue(world.alarms() > 0);
    world.run(2 * SILENCE + PERIOD);

    long before = world.sent();
    world.run(10 * PERIOD);

    assertBetween(2L * 8 * 8, 2L * 8 * 10, world.sent() - before);
  }

  @Test
  void theLeaderFindsAFrozenMemberWithoutAnAlarm() {
    HeartbeatWorld world = world(9, 1);
    world.run(3 * PERIOD);

    world.pause(4, 100 * PERIOD);
    world.run(SILENCE + 2 * PERIOD);

    assertEquals(Set.of(4), world.suspectedBy(0));
    assertEquals(0, world.alarms());
  }

  @Test
  void whoeverWasFrozenForLongSuspectsNobodyWhenItGoesOn() {
    for (int who = 0; who < 9; who++) {
      HeartbeatWorld world = world(9, who);
      world.run(3 * PERIOD);

      world.pause(who, 3 * SILENCE);
      world.run(3 * SILENCE + 4 * PERIOD);

      assertEquals(Set.of(), world.suspectedBy(who));
    }
  }

  @Test
  void aNewLeaderGivesTheOthersTimeBeforeItSuspectsThem() {
    StarHeartbeats<Integer> second = new StarHeartbeats<>(1, PERIOD, SILENCE);
    second.view(0, List.of(0, 1, 2));
    for (int round = 1; round <= 10; round++) {
      second.heard(round * PERIOD, 0);
      assertEquals(List.of(0), second.round(round * PERIOD).recipients());
    }

    second.view(10 * PERIOD, List.of(1, 2));

    assertEquals(List.of(), second.round(11 * PERIOD).suspects());
    assertEquals(List.of(), second.round(12 * PERIOD).suspects());
    assertEquals(List.of(2), second.round(13 * PERIOD).suspects());
  }

  @Test
  void whoeverIsToldByOneMemberInTwoPeriodsThatItIsAStrangerHasBeenTakenOut() {
    StarHeartbeats<Integer> frozen = new StarHeartbeats<>(2, PERIOD, SILENCE);
    frozen.view(0, List.of(0, 1, 2));

    assertFalse(frozen.disowned(PERIOD, 0));
    assertFalse(frozen.disowned(PERIOD + 10 * MILLI, 0), "two answers to one heartbeat");
    assertFalse(frozen.disowned(PERIOD + 20 * MILLI, 1), "another member");
    assertFalse(frozen.disowned(2 * PERIOD, 7), "somebody else");
    assertTrue(frozen.disowned(2 * PERIOD, 0));
  }

  @Test
  void whoeverSuspectsTheLeaderLooksForThoseWhoWouldLeadBeforeIt() {
    StarHeartbeats<Integer> last = new StarHeartbeats<>(4, PERIOD, SILENCE);
    last.view(0, List.of(0, 1, 2, 3, 4));

    assertEquals(List.of(1, 2), last.nextInLine(Set.of(0)));
    assertEquals(List.of(0, 3), last.nextInLine(Set.of(1, 2)));
    assertEquals(List.of(), last.nextInLine(Set.of(0, 1, 2, 3)));
  }

  @Test
  void onlyTheLeaderTellsAStrangerThatItIsOne() {
    StarHeartbeats<Integer> leader = new StarHeartbeats<>(0, PERIOD, SILENCE);
    leader.view(0, List.of(0, 1));
    StarHeartbeats<Integer> second = new StarHeartbeats<>(1, PERIOD, SILENCE);
    second.view(0, List.of(0, 1));

    assertTrue(leader.isStranger(2));
    assertFalse(leader.isStranger(1));
    assertFalse(second.isStranger(2));
  }

  @Test
  void whatWasSaidBeforeAViewIsForgotten() {
    StarHeartbeats<Integer> fresh = new StarHeartbeats<>(2, PERIOD, SILENCE);
    fresh.view(0, List.of(0, 1, 2));
    assertFalse(fresh.disowned(PERIOD, 0));

    fresh.view(PERIOD, List.of(0, 1, 2, 3));

    assertFalse(fresh.disowned(2 * PERIOD, 0));
  }

  @Test
  void aPeriodOfMoreThanHalfTheSilenceIsRefused() {
    Exception refusal =
        assertThrows(IllegalArgumentException.class, () -> new StarHeartbeats<>(1, 4, 7));

    assertTrue(String.valueOf(refusal.getMessage()).contains("4, 7"));
  }

  private static void assertBetween(long least, long most, long actual) {
    assertTrue(
        least <= actual && actual <= most, () -> actual + " is not " + least + " to " + most);
  }
}
