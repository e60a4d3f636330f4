package io.nefele.bench.convergence;

import com.google.common.collect.ImmutableMap;
import io.nefele.bench.convergence.Finding.Phase;
import io.nefele.bench.report.Outcome;
import io.nefele.bench.report.Plot;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Times against the number of members, with the theoretical floor: news that each member passes on
 * to one other at a time reaches twice as many with each message, so that it takes {@code log2 N}
 * of them one after the other, of half a round trip each.
 */
final class ConvergencePlots {
  /** Half a round trip over loopback between two JVMs. */
  private static final double ONE_WAY_SECONDS = 25e-6;

  private static final ImmutableMap<Phase, String> NAMES =
      ImmutableMap.of(
          Phase.ALL_SEE_ALL, "convergence-all-see-all",
          Phase.DEAD_REMOVED, "convergence-dead-removed",
          Phase.NEWS_HEARD, "convergence-news-heard",
          Phase.LAST_IN, "convergence-one-top",
          Phase.LEADER_REPLACED, "convergence-leader-replaced",
          Phase.HEALED, "convergence-healed");

  private ConvergencePlots() {}

  static List<Plot> of(List<Section> sections) {
    List<Plot> plots = new ArrayList<>();
    NAMES.forEach(
        (phase, name) -> {
          List<Section> its =
              sections.stream().filter(section -> ConvergenceReport.isOf(section, phase)).toList();
          if (!its.isEmpty()) {
            plots.add(plot(name, ConvergenceReport.heading(phase), its));
          }
        });
    return plots;
  }

  private static Plot plot(String name, String heading, List<Section> sections) {
    Map<String, SortedMap<Double, Double>> points = new LinkedHashMap<>();
    SortedMap<Double, Double> floor = new TreeMap<>();
    for (Section section : sections) {
      double members = ConvergenceReport.membersOf(section);
      floor.put(members, Math.ceil(Math.log(members) / Math.log(2)) * ONE_WAY_SECONDS);
      for (Row row : section.rows()) {
        SortedMap<Double, Double> line =
            points.computeIfAbsent(row.what(), unused -> new TreeMap<>());
        if (row.outcome() instanceof Outcome.Measured(Quantity quantity)) {
          line.put(members, quantity.value() / 1e6);
        }
      }
    }
    List<Plot.Series> series = new ArrayList<>();
    points.forEach((peer, line) -> series.add(new Plot.Series(labelled(peer, line), line, false)));
    series.add(new Plot.Series("floor: log2 N messages", floor, true));
    return new Plot(name, heading, "members", "seconds", series);
  }

  private static String labelled(String peer, SortedMap<Double, Double> line) {
    return line.isEmpty() ? peer + " (never)" : peer;
  }
}
