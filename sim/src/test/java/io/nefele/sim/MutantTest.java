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
        "KEEPS_ROWS_TO_ITSELF",
        "OVERCOMMITS",
        "LETS_GO_EARLY",
        "FORGETS_DUPLICATES",
        "ACCEPTS_WITHOUT_STORING"
      })
  void aMutantIsCaughtByAnInvariantThatIsAboutIt(Mutant mutant) {
    MutantTable.Row row = MutantTable.hunt(mutant);

    assertTrue(row.caught(), row::toString);
  }
}
