package io.nefele.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class SvgPlotTest {
  @Test
  void eachPointStandsWhereItsLogarithmIs() throws Exception {
    Document image = image(series("a", Map.of(10.0, 1.0, 100.0, 10.0, 1000.0, 100.0), false));
    List<Double> xs = numbers(image, "circle", "cx");
    List<Double> ys = numbers(image, "circle", "cy");
    assertEquals(3, xs.size());
    assertEquals(xs.get(1) - xs.get(0), xs.get(2) - xs.get(1), 0.2);
    assertEquals(ys.get(0) - ys.get(1), ys.get(1) - ys.get(2), 0.2);
    assertTrue(xs.get(0) < xs.get(1) && ys.get(0) > ys.get(1), xs + " " + ys);
  }

  @Test
  void theFloorIsDashedAndNothingElse() throws Exception {
    Document image =
        image(series("peer", Map.of(16.0, 2.0), false), series("floor", Map.of(16.0, 0.001), true));
    NodeList lines = image.getElementsByTagName("polyline");
    assertEquals("", ((Element) lines.item(0)).getAttribute("stroke-dasharray"));
    assertTrue(((Element) lines.item(1)).hasAttribute("stroke-dasharray"));
  }

  @Test
  void namesAreTextWhateverIsInThem() throws Exception {
    Document image = image(series("<a> & b", Map.of(16.0, 2.0), false));
    NodeList texts = image.getElementsByTagName("text");
    List<String> all = new ArrayList<>();
    for (int i = 0; i < texts.getLength(); i++) {
      all.add(texts.item(i).getTextContent());
    }
    assertTrue(all.contains("<a> & b"), all.toString());
  }

  @Test
  void aLineWithoutPointsIsNamedInTheLegendAlone() throws Exception {
    Document image =
        image(series("never", Map.of(), false), series("peer", Map.of(16.0, 2.0), false));
    assertEquals(1, image.getElementsByTagName("circle").getLength());
  }

  @Test
  void whatHasNoLogarithmIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> series("peer", Map.of(16.0, 0.0), false));
  }

  private static Plot.Series series(String name, Map<Double, Double> points, boolean isFloor) {
    return new Plot.Series(name, new TreeMap<>(points), isFloor);
  }

  private static Document image(Plot.Series... series) throws Exception {
    String svg = SvgPlot.render(new Plot("name", "title", "members", "seconds", List.of(series)));
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Double> numbers(Document image, String tag, String attribute) {
    NodeList elements = image.getElementsByTagName(tag);
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i < elements.getLength(); i++) {
      numbers.add(Double.parseDouble(((Element) elements.item(i)).getAttribute(attribute)));
    }
    return numbers;
  }
}
