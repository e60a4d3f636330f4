package io.nefele.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.sim.mutant.Mutant;
import java.util.Map;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All mutants, the canary among them, as {@code nefele sim --mutants} hunts them. */
@Execution(ExecutionMode.CONCURRENT)
class MutantTest {
  /**
   * By which seeds those were caught last that are not caught by the first few. If one is caught by
   * its seed no more, the whole hunt follows: the test stays right, and becomes slower.
   */
  private static final Map<Mutant, Long> KNOWN_SEEDS =
      Map.of(
          Mutant.TELLS_QUEUES_EARLY, 32L,
          Mutant.DROPS_REFUTATIONS, 4L,
          Mutant.NEVER_ABORTS, 6L,
          Mutant.LEAVES_WITH_ITS_LEADER, 5L,
          Mutant.HAS_NO_DEPUTIES, 13L,
          Mutant.NEVER_CLOSES, 3L);

  @ParameterizedTest
  @EnumSource
  void aMutantIsCaughtByAnInvariantThatIsAboutIt(Mutant mutant) {
    MutantTable.Row row = MutantTable.hunt(mutant, KNOWN_SEEDS.getOrDefault(mutant, 1L));

    assertTrue(row.caught(), row::toString);
  }
}
