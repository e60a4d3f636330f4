package io.nefele.bench.convergence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nefele.bench.convergence.Finding.Phase;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class FindingTest {

  @Property(tries = 200)
  void aFindingSurvivesTheWayThroughStandardOutput(
      @ForAll Phase phase,
      @ForAll boolean reached,
      @ForAll @DoubleRange(min = 0, max = 1e9) @Scale(3) double value,
      @ForAll @DoubleRange(min = 0, max = 1) @Scale(4) double share) {
    Finding finding = new Finding(phase, reached, value, share);
    assertEquals(Optional.of(finding), Finding.parse(finding.toLine()));
  }

  @Test
  void whatLibrariesPrintIsNoFinding() {
    assertEquals(Optional.empty(), Finding.parse("WARNING: finding STARTED reached 1.000 1.0000"));
    assertEquals(Optional.empty(), Finding.parse("finding nothing"));
  }
}
