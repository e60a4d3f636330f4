package io.nefele.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonReportTest {

  @Test
  void oneDocumentHoldsAllThatMarkdownShows() throws IOException {
    List<String> found = scalars(JsonReport.render(Reports.everyKind()));
    assertEquals(
        List.of(
            "benchmark=spawn",
            "title=Spawn",
            "cpu=Some CPU",
            "cores=2",
            "memoryBytes=25769803776",
            "kernel=6.1",
            "jdk=JDK 25",
            "loadAverage=0.05",
            "date=1970-01-01T00:00:00Z",
            "commit=abc123",
            "title=A | B",
            "method=Again and again.",
            "what=floor",
            "value=100.0",
            "unit=us",
            "what=met",
            "value=200.0",
            "unit=us",
            "value=300.0",
            "unit=us",
            "value=1000.0",
            "unit=",
            "beside=floor",
            "value=100.0",
            "unit=us",
            "ratio=2.0",
            "goalRatioAtMost=10.0",
            "verdict=met",
            "what=missed",
            "value=2.0",
            "unit=%",
            "value=1.0",
            "unit=%",
            "verdict=missed",
            "what=fast enough",
            "value=80.0",
            "unit=us",
            "beside=floor",
            "value=100.0",
            "unit=us",
            "ratio=0.8",
            "goalRatioAtLeast=0.7",
            "verdict=met",
            "what=too few",
            "value=900.0",
            "unit=1/s",
            "value=1000.0",
            "unit=1/s",
            "verdict=missed",
            "what=broken",
            "failed=a | b\nand more"),
        found);
  }

  private static List<String> scalars(String document) throws IOException {
    List<String> found = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(document)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isScalarValue()) {
          found.add(parser.currentName() + "=" + parser.getText());
        }
      }
    }
    return found;
  }
}
