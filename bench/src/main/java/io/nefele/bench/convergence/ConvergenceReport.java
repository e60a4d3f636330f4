package io.nefele.bench.convergence;

import io.nefele.bench.convergence.Finding.Phase;
import io.nefele.bench.report.Outcome;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Section;
import io.nefele.bench.report.Unit;
import java.util.ArrayList;
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
    return switch (phase) {
      case STARTED -> "until all are started";
      case ALL_SEE_ALL -> "from the first start until all see all";
      case TRAFFIC -> "received per member at rest";
      case CPU -> "share of a core per member at rest";
      case NEWS_HEARD -> "until the last member has heard one member's news";
      case DEAD_REMOVED -> "from a kill of 10 % until they are gone everywhere";
      case ONE_TOP -> "a process each, from the launch of the first until all are one";
      case LAST_IN -> "a process each, from the launch of the last until all are one";
      case LEADER_REPLACED -> "a process each, from a kill of the leader until the others are one";
      case PARTED -> "a process each, from a cut through the middle until both halves are one";
      case HEALED -> "a process each, from the healing of the cut until all are one";
    };
  }

  static List<Section> sections(
      TrialKind kind, int members, Map<Contestant, TrialProcess.Result> results, String method) {
    List<Section> sections = new ArrayList<>();
    String explained = method;
    for (Phase phase : kind.reported()) {
      List<Row> rows = rows(kind.ours(), phase, results);
      if (!rows.isEmpty()) {
        String title = members + MEMBERS + heading(phase);
        sections.add(new Section(title, explained, rows));
        explained = "As above.";
      }
    }
    return sections;
  }

  private static List<Row> rows(
      Contestant us, Phase phase, Map<Contestant, TrialProcess.Result> results) {
    Optional<Quantity> ours =
        Optional.ofNullable(results.get(us))
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
      boolean comparable = contestant != us && row.outcome() instanceof Outcome.Measured;
      rows.add(comparable && ours.isPresent() ? row.beside(us.title(), ours.get()) : row);
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
      if (!missed.reached()) {
        return "not come to: " + shortOf(missed.phase());
      }
    }
    return "not come to";
  }

  private static String shortOf(Phase phase) {
    return switch (phase) {
      case ALL_SEE_ALL -> "not all saw all";
      case ONE_TOP -> "they were never one";
      case LEADER_REPLACED -> "they were not one without their leader";
      case PARTED -> "the halves were never one each";
      default -> heading(phase);
    };
  }

  private static Quantity quantity(Finding finding) {
    return switch (finding.phase()) {
      case STARTED,
          ALL_SEE_ALL,
          NEWS_HEARD,
          DEAD_REMOVED,
          ONE_TOP,
          LAST_IN,
          LEADER_REPLACED,
          PARTED,
          HEALED ->
          Quantity.nanos(finding.value() * 1e6);
      case TRAFFIC -> new Quantity(finding.value(), Unit.BYTES_PER_SECOND);
      case CPU -> Quantity.percent(finding.value());
    };
  }
}
