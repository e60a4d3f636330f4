package io.nefele.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.sim.mutant.Mutant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Some mutants, the canary among them; {@code nefele sim --mutants} hunts them all. */
class MutantTest {

  @ParameterizedTest
  @EnumSource(
      names = {
        "IGNORES_PINGS",
        "DROPS_REFUTATIONS",
        "REFUSES_ALL",
        "SHOWS_OTHER_VIEWS",
        "SHOWS_THE_DEAD",
        "CLIMBS_WITHOUT_END",
        "CLIMBS_ABOVE_THE_ROOT",
        "LEAVES_WITH_ITS_LEADER",
        "HAS_NO_DEPUTIES",
        "IS_RESTLESS",
        "HANDS_OVER_TWICE",
        "ANSWERS_FOR_OTHERS",
        "PASSES_NOTHING_ON",
        "KEEPS_ROWS_TO_ITSELF",
        "OVERCOMMITS",
        "LETS_GO_EARLY",
        "FORGETS_DUPLICATES",
        "ACCEPTS_WITHOUT_STORING",
        "FORGETS_A_FIELD"
      })
  void aMutantIsCaughtByAnInvariantThatIsAboutIt(Mutant mutant) {
    MutantTable.Row row = MutantTable.hunt(mutant);

    assertTrue(row.caught(), row::toString);
  }
}
