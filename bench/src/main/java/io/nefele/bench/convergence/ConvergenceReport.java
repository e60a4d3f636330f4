package io.nefele.bench.convergence;

import io.nefele.bench.convergence.Finding.Phase;
import io.nefele.bench.report.Outcome;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Section;
import io.nefele.bench.report.Unit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Trials of one size as sections of a report: one section for each phase. */
final class ConvergenceReport {
  private static final String MEMBERS = " members: ";

  private ConvergenceReport() {}

  /** The number of members that a section is about. */
  static int membersOf(Section section) {
    return Integer.parseInt(section.title().substring(0, section.title().indexOf(MEMBERS)));
  }

  static boolean isOf(Section section, Phase phase) {
    return section.title().endsWith(MEMBERS + heading(phase));
  }

  static String heading(Phase phase) {
    return headings().getOrDefault(phase, phase.name());
  }

  static List<Section> sections(
      int members, Map<Contestant, TrialProcess.Result> results, String method) {
    List<Section> sections = new ArrayList<>();
    String explained = method;
    for (Map.Entry<Phase, String> phase : headings().entrySet()) {
      List<Row> rows = rows(phase.getKey(), results);
      if (!rows.isEmpty()) {
        String title = members + MEMBERS + phase.getValue();
        sections.add(new Section(title, explained, rows));
        explained = "As above.";
      }
    }
    return sections;
  }

  /** The phases that are reported, with their headings. */
  private static Map<Phase, String> headings() {
    Map<Phase, String> headings = new EnumMap<>(Phase.class);
    headings.put(Phase.ALL_SEE_ALL, "from the first start until all see all");
    headings.put(Phase.DEAD_REMOVED, "from a kill of 10 % until they are gone everywhere");
    headings.put(Phase.NEWS_HEARD, "until the last member has heard one member's news");
    headings.put(Phase.TRAFFIC, "received per member at rest");
    headings.put(Phase.CPU, "share of a core per member at rest");
    return headings;
  }

  private static List<Row> rows(Phase phase, Map<Contestant, TrialProcess.Result> results) {
    Optional<Quantity> ours =
        Optional.ofNullable(results.get(Contestant.NEFELE))
            .map(result -> result.findings().get(phase))
            .filter(Finding::reached)
            .map(ConvergenceReport::quantity)
            .filter(quantity -> quantity.value() > 0);
    List<Row> rows = new ArrayList<>();
    for (Map.Entry<Contestant, TrialProcess.Result> result : results.entrySet()) {
      Contestant contestant = result.getKey();
      if (phase == Phase.NEWS_HEARD && !contestant.announces()) {
        continue;
      }
      Row row = row(contestant, phase, result.getValue());
      boolean comparable =
          contestant != Contestant.NEFELE && row.outcome() instanceof Outcome.Measured;
      rows.add(
          comparable && ours.isPresent() ? row.beside(Contestant.NEFELE.title(), ours.get()) : row);
    }
    return rows;
  }

  private static Row row(Contestant contestant, Phase phase, TrialProcess.Result result) {
    @Nullable Finding finding = result.findings().get(phase);
    if (finding == null) {
      return Row.failed(contestant.title(), why(result));
    }
    if (!finding.reached()) {
      return Row.failed(
          contestant.title(),
          String.format(
              Locale.ROOT, "%.2f %% after %.0f s", finding.share() * 100, finding.value() / 1000));
    }
    return Row.of(contestant.title(), quantity(finding));
  }

  /** Why a trial did not come to a phase. */
  private static String why(TrialProcess.Result result) {
    if (!result.lastWords().isEmpty()) {
      return result.lastWords();
    }
    for (Finding missed : result.findings().values()) {
      if (!missed.reached() && missed.phase() == Phase.STARTED) {
        return String.format(Locale.ROOT, "not started after %.0f s", missed.value() / 1000);
      }
      if (!missed.reached() && missed.phase() == Phase.ALL_SEE_ALL) {
        return "not come to: not all saw all";
      }
    }
    return "not come to";
  }

  private static Quantity quantity(Finding finding) {
    return switch (finding.phase()) {
      case STARTED, ALL_SEE_ALL, NEWS_HEARD, DEAD_REMOVED -> Quantity.nanos(finding.value() * 1e6);
      case TRAFFIC -> new Quantity(finding.value(), Unit.BYTES_PER_SECOND);
      case CPU -> Quantity.percent(finding.value());
    };
  }
}
