package io.nefele.bench.convergence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nefele.bench.convergence.Finding.Phase;
import io.nefele.bench.convergence.TrialProcess.Result;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrialMedianTest {
  @Test
  void theMiddleOneOfThreeCounts() {
    assertEquals(
        found(true, 2),
        median(found(true, 3), found(true, 1), found(true, 2)).get(Phase.ALL_SEE_ALL));
  }

  @Test
  void whatWasNotReachedIsSlowerThanAllThatWas() {
    assertEquals(
        found(true, 9),
        median(found(false, 1), found(true, 9), found(true, 2)).get(Phase.ALL_SEE_ALL));
    assertEquals(
        found(false, 1),
        median(found(false, 1), found(true, 9), found(false, 2)).get(Phase.ALL_SEE_ALL));
  }

  @Test
  void aPhaseThatMostDidNotComeToHasNoMedian() {
    Result one =
        new Result(Map.of(Phase.NEWS_HEARD, new Finding(Phase.NEWS_HEARD, true, 1, 1)), "");
    Result none = new Result(Map.of(), "it ended");
    assertEquals(new Result(Map.of(), "it ended"), Result.median(List.of(one, none, none)));
  }

  private static Finding found(boolean reached, double value) {
    return new Finding(Phase.ALL_SEE_ALL, reached, value, reached ? 1 : 0);
  }

  private static Map<Phase, Finding> median(Finding... findings) {
    return Result.median(
            List.of(findings).stream()
                .map(finding -> new Result(Map.of(Phase.ALL_SEE_ALL, finding), ""))
                .toList())
        .findings();
  }
}
