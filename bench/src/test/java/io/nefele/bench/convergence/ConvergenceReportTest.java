package io.nefele.bench.convergence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nefele.bench.convergence.Finding.Phase;
import io.nefele.bench.report.Outcome;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Section;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConvergenceReportTest {

  @Test
  void peersStandBesideUsAndAFailureTellsHowFarItCame() {
    Map<Contestant, TrialProcess.Result> results = new EnumMap<>(Contestant.class);
    results.put(Contestant.NEFELE, result("", new Finding(Phase.ALL_SEE_ALL, true, 500, 1)));
    results.put(Contestant.SCALECUBE, result("", new Finding(Phase.ALL_SEE_ALL, true, 1500, 1)));
    results.put(
        Contestant.ATOMIX, result("", new Finding(Phase.ALL_SEE_ALL, false, 90_000, 0.988)));
    results.put(Contestant.PEKKO, result("out of memory"));
    results.put(Contestant.JGROUPS, result("", new Finding(Phase.STARTED, false, 60_000, 0)));

    List<Row> rows = rows("16 members: from the first start until all see all", results);
    assertEquals(new Outcome.Measured(Quantity.nanos(5e8)), rows.get(0).outcome());
    assertEquals(Optional.empty(), rows.get(0).ratio());
    assertEquals(new Outcome.Failed("98.80 % after 90 s"), rows.get(1).outcome());
    assertEquals(Optional.of(3.0), rows.get(2).ratio());
    assertEquals(new Outcome.Failed("out of memory"), rows.get(3).outcome());
    assertEquals(new Outcome.Failed("not started after 60 s"), rows.get(4).outcome());
  }

  @Test
  void whoCanTellNoNewsHasNoRowForIt() {
    Map<Contestant, TrialProcess.Result> results = new EnumMap<>(Contestant.class);
    results.put(Contestant.NEFELE, result("", new Finding(Phase.NEWS_HEARD, true, 200, 1)));
    results.put(Contestant.JGROUPS, result(""));
    List<Row> rows = rows("16 members: until the last member has heard one member's news", results);
    assertEquals(List.of("Nefele gossip"), rows.stream().map(Row::what).toList());
  }

  private static List<Row> rows(String title, Map<Contestant, TrialProcess.Result> results) {
    return ConvergenceReport.sections(TrialKind.MEMBERSHIP, 16, results, "as it is").stream()
        .filter(section -> section.title().equals(title))
        .findFirst()
        .map(Section::rows)
        .orElseThrow();
  }

  private static TrialProcess.Result result(String lastWords, Finding... findings) {
    Map<Phase, Finding> found = new EnumMap<>(Phase.class);
    for (Finding finding : findings) {
      found.put(finding.phase(), finding);
    }
    return new TrialProcess.Result(found, lastWords);
  }
}
