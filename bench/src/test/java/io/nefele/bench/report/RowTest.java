package io.nefele.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class RowTest {
  private static final Quantity FLOOR = Quantity.nanos(100_000);

  @Test
  void aRatioExactlyAtTheGoalIsMetAndOneAboveIsMissed() {
    Goal goal = new Goal.AtMostTimes(10);
    Row at = Row.of("spawn", Quantity.nanos(1_000_000)).beside("floor", FLOOR).goal(goal);
    Row above = Row.of("spawn", Quantity.nanos(1_000_001)).beside("floor", FLOOR).goal(goal);
    assertEquals(Optional.of(10.0), at.ratio());
    assertEquals(Optional.of(Verdict.MET), at.verdict());
    assertEquals(Optional.of(Verdict.MISSED), above.verdict());
  }

  @Test
  void aShareOfTheFloorHasToBeReached() {
    Goal goal = new Goal.AtLeastTimes(0.7);
    Quantity floor = Quantity.perSecond(100);
    assertEquals(
        Optional.of(Verdict.MET),
        Row.of("rate", Quantity.perSecond(70)).beside("floor", floor).goal(goal).verdict());
    assertEquals(
        Optional.of(Verdict.MISSED),
        Row.of("rate", Quantity.perSecond(69)).beside("floor", floor).goal(goal).verdict());
  }

  @Test
  void anAbsoluteGoalNeedsNoPeer() {
    Goal goal = new Goal.AtMost(Quantity.percent(1));
    assertEquals(
        Optional.of(Verdict.MET), Row.of("cpu", Quantity.percent(0.4)).goal(goal).verdict());
    assertEquals(
        Optional.of(Verdict.MISSED), Row.of("cpu", Quantity.percent(1.1)).goal(goal).verdict());
  }

  @Test
  void anAbsoluteRateHasToBeReached() {
    Goal goal = new Goal.AtLeast(Quantity.perSecond(1000));
    assertEquals(
        Optional.of(Verdict.MET), Row.of("rate", Quantity.perSecond(1000)).goal(goal).verdict());
    assertEquals(
        Optional.of(Verdict.MISSED), Row.of("rate", Quantity.perSecond(999)).goal(goal).verdict());
  }

  @Test
  void aGoalStaysOpenWithoutANumberToHoldAgainstIt() {
    Goal times = new Goal.AtMostTimes(3);
    assertEquals(Optional.of(Verdict.OPEN), Row.of("up", FLOOR).goal(times).verdict());
    assertEquals(
        Optional.of(Verdict.OPEN),
        Row.failed("up", "no agent started").beside("one", FLOOR).goal(times).verdict());
    assertEquals(
        Optional.of(Verdict.OPEN),
        Row.of("up", FLOOR).goal(new Goal.AtMost(Quantity.percent(1))).verdict());
    assertEquals(Optional.empty(), Row.of("up", FLOOR).verdict());
  }

  @Test
  void onlyQuantitiesOfOneUnitAreCompared() {
    Row row = Row.of("up", FLOOR);
    assertThrows(IllegalArgumentException.class, () -> row.beside("cpu", Quantity.percent(1)));
    assertThrows(IllegalArgumentException.class, () -> row.beside("none", Quantity.nanos(0)));
  }
}
