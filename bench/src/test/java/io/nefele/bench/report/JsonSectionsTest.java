package io.nefele.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSectionsTest {

  @Test
  void sectionsAreReadBackAsTheyWereWritten() throws IOException {
    Report report = Reports.everyKind();
    assertEquals(report.sections(), JsonSections.read(JsonReport.render(report)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"sections\":[{}]}", "not JSON"})
  void anythingElseIsRefused(String document) {
    assertThrows(IOException.class, () -> JsonSections.read(document));
  }
}
