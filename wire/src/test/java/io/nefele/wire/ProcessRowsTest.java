package io.nefele.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nefele.core.ProcessId;
import io.nefele.wire.Response.ProcessRow;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessRowsTest {
  private final ProcessRows rows = new ProcessRows();

  @Test
  void partsComeTogetherInTheOrderOfIds() {
    rows.add(List.of(row(2, 0), row(4, 0)));
    rows.add(List.of(row(1, 0), row(3, 0)));
    assertEquals(List.of(row(1, 0), row(2, 0), row(3, 0), row(4, 0)), rows.inOrder());
  }

  @Test
  void ofTwoRowsOfOneProcessTheYoungerNewsCounts() {
    rows.add(List.of(row(1, 300)));
    rows.add(List.of(row(1, 20), row(2, 20)));
    assertEquals(List.of(row(1, 20), row(2, 20)), rows.inOrder());
  }

  private static ProcessRow row(int counter, long ageMillis) {
    return new ProcessRow(
        ProcessId.parse("7h3kq2m9x4.1." + counter),
        Optional.empty(),
        "tenant",
        List.of("program"),
        "running",
        Optional.empty(),
        0,
        0,
        ageMillis,
        0,
        0,
        "group",
        new Response.Usage(0, 0, 0, 0),
        false,
        0,
        "full",
        "",
        List.of(),
        "asked",
        "asked");
  }
}
