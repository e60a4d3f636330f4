package io.nefele.cli;

import io.nefele.core.ProcessId;
import io.nefele.wire.Response;
import io.nefele.wire.Response.ProcessRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rows of the processes of a job. */
final class JobRows {
  private JobRows() {}

  static ProcessRow row(int number, String state, Optional<Integer> exitCode, String... labels) {
    return new ProcessRow(
        ProcessId.parse("7h3kq2m9x4.1." + number),
        Optional.empty(),
        "root",
        List.of("x"),
        state,
        exitCode,
        number,
        number,
        0,
        0,
        0,
        "g",
        new Response.Usage(0, 0, 0, 0),
        false,
        0,
        "full",
        "",
        List.of(labels),
        "asked",
        "asked");
  }

  static ProcessRow running(int number, String part, String revision) {
    return row(
        number,
        "running",
        Optional.empty(),
        "nefele.job=shop",
        "nefele.part=" + part,
        "nefele.revision=" + revision);
  }

  static ProcessRow keeper(int number, Job job, String... more) {
    List<String> labels =
        new ArrayList<>(
            List.of(
                "nefele.job=shop",
                JobKeeper.KEEPER + "=" + JobKeeper.hash(job),
                JobKeeper.GENERATION + "=g1"));
    labels.addAll(List.of(more));
    return row(number, "running", Optional.empty(), labels.toArray(String[]::new));
  }
}
