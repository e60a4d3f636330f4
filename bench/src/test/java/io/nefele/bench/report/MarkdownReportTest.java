package io.nefele.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MarkdownReportTest {

  @Test
  void everyRowIsOneLineOfTheTableWhateverItHolds() {
    assertEquals(
        """
        # Spawn

        `nefele bench spawn`, 1970-01-01T00:00:00Z, commit abc123.
        Some CPU, 2 cores, 24.0 GiB, Linux 6.1, JDK 25, load average 0.05 before the run.

        ## A | B

        Again and again.

        | what | value | more | beside | ratio | goal | |
        |---|---:|---|---|---:|---|---|
        | floor | 100 \u00b5s |  |  |  |  |  |
        | met | 200 \u00b5s | p99 300 \u00b5s, n 1000 | floor: 100 \u00b5s | 2x | \u2264 10x | met |
        | missed | 2 % |  |  |  | \u2264 1 % | **missed** |
        | fast enough | 80 \u00b5s |  | floor: 100 \u00b5s | 0.80x | \u2265 0.70x | met |
        | too few | 900 /s |  |  |  | \u2265 1000 /s | **missed** |
        | broken | failed: a \\| b and more |  |  |  |  |  |
        """,
        MarkdownReport.render(Reports.everyKind()));
  }
}
