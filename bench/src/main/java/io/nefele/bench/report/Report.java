package io.nefele.bench.report;

import java.util.List;

/**
 * What one benchmark found in one run.
 *
 * @param name the benchmark, also the name of its files
 */
public record Report(String name, String title, MachineFacts machine, List<Section> sections) {
  public Report {
    sections = List.copyOf(sections);
  }
}
