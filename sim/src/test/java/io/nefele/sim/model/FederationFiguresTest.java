package io.nefele.sim.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FederationFiguresTest {

  /** Gossip takes 4 rounds among a hundred and 5 among a thousand: levels do not wait for it. */
  @ParameterizedTest
  @CsvSource({"1,1,8", "10,1,8", "100,2,8", "1000,4,14"})
  void allAreSoonUnderOneTopAndACrashMovesAGroupAtMost(int agents, int levelsMax, int roundsMax) {
    FederationFigures figures = FederationFigures.of(agents, 8, 1, agents > 20 ? 8 : 0, false);

    assertTrue(figures.roundsToOneTop() < roundsMax, figures::toString);
    assertTrue(figures.levels() <= levelsMax, figures::toString);
    assertEquals(0, figures.wrongSizes(), figures::toString);
    assertTrue(figures.largestRegroup() <= 3 * 8 - 1, figures::toString);
  }
}
