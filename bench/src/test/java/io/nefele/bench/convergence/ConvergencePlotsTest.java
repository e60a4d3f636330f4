package io.nefele.bench.convergence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nefele.bench.report.Plot;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Section;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConvergencePlotsTest {
  @Test
  void timesOfAllNumbersOfMembersAreOneLineOfEachPeer_withTheFloorLast() {
    Plot plot =
        ConvergencePlots.of(
                List.of(
                    section(16, Row.of("ours", seconds(1)), Row.of("theirs", seconds(3))),
                    section(64, Row.of("ours", seconds(2)), Row.failed("theirs", "too late"))))
            .getFirst();
    assertEquals("convergence-all-see-all", plot.name());
    assertEquals(
        List.of("ours", "theirs", "floor: log2 N messages"),
        plot.series().stream().map(Plot.Series::name).toList());
    assertEquals(Map.of(16.0, 1.0, 64.0, 2.0), plot.series().get(0).points());
    assertEquals(Map.of(16.0, 3.0), plot.series().get(1).points());
    assertEquals(6.0 / 4, ratio(plot.series().getLast()), 1e-9);
  }

  @Test
  void whoNeverCameToItIsNamedAsThat() {
    Plot plot =
        ConvergencePlots.of(List.of(section(16, Row.failed("theirs", "too late")))).getFirst();
    assertEquals("theirs (never)", plot.series().getFirst().name());
  }

  private static double ratio(Plot.Series floor) {
    return floor.points().lastEntry().getValue() / floor.points().firstEntry().getValue();
  }

  private static Section section(int members, Row... rows) {
    return new Section(
        members + " members: from the first start until all see all", "", List.of(rows));
  }

  private static Quantity seconds(double seconds) {
    return Quantity.nanos(seconds * 1e9);
  }
}
