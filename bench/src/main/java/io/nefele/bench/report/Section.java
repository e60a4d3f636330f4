package io.nefele.bench.report;

import java.util.List;

/**
 * Rows that belong together.
 *
 * @param method how they were measured, for somebody who wants to believe them
 */
public record Section(String title, String method, List<Row> rows) {
  public Section {
    rows = List.copyOf(rows);
  }
}
