package io.nefele.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.sim.mutant.Mutant;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All mutants, the canary among them, as {@code nefele sim --mutants} hunts them. */
@Execution(ExecutionMode.CONCURRENT)
class MutantTest {

  @ParameterizedTest
  @EnumSource
  void aMutantIsCaughtByAnInvariantThatIsAboutIt(Mutant mutant) {
    MutantTable.Row row = MutantTable.hunt(mutant);

    assertTrue(row.caught(), row::toString);
  }
}
