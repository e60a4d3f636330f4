package io.nefele.sim.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TableFiguresTest {
  /** What news may wait for more of it, and two ways. */
  private static final Duration ONE_BROADCAST = Duration.ofMillis(25);

  @Test
  void agentsComeInWholeGroups() {
    assertEquals(2 * TableGroup.SIZE, TableFigures.of(1, TableGroup.SIZE + 1, 1).agents());
  }

  @Test
  void aGroupKnowsOfADeathByOneBroadcast() {
    TableFigures.Figures found = TableFigures.of(1, TableGroup.SIZE, 5);
    assertTrue(
        found.groupKnows().tail().compareTo(ONE_BROADCAST) < 0,
        () -> found.groupKnows().toString());
    assertTrue(found.groupKnows().median().isPositive());
  }

  @Test
  void whoAsksFromAnotherGroupKnowsABitLater() {
    TableFigures.Figures found = TableFigures.of(1, TableGroup.SIZE, 5);
    assertTrue(
        found.farKnows().tail().compareTo(ONE_BROADCAST) < 0, () -> found.farKnows().toString());
  }

  @Test
  void whatABirthCostsDoesNotDependOnHowManyGroupsThereAre() {
    double one = TableFigures.of(1, TableGroup.SIZE, 5).birthBytes();
    double three = TableFigures.of(1, 3 * TableGroup.SIZE, 5).birthBytes();
    assertTrue(one > 0);
    assertEquals(one, three, one / 10);
  }
}
