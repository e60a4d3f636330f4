package io.nefele.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Reads a trace as its viewers do: one JSON array of events, each with what its phase demands, in
 * the order of time, and every bar that ends has begun.
 */
final class TraceEvents {
  private final Map<String, Integer> openBars = new HashMap<>();
  private final Set<String> openSpans = new HashSet<>();
  private double lastMicros;
  private int count;

  private TraceEvents() {}

  /** Returns how many events there are. */
  static int checked(Path file) throws IOException {
    TraceEvents events = new TraceEvents();
    try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
      assertEquals(JsonToken.START_ARRAY, json.nextToken());
      while (json.nextToken() == JsonToken.START_OBJECT) {
        events.check(fields(json));
      }
      assertEquals(JsonToken.END_ARRAY, json.currentToken());
      assertNull(json.nextToken());
    }
    return events.count;
  }

  private static Map<String, String> fields(JsonParser json) throws IOException {
    Map<String, String> fields = new HashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (json.currentToken() == JsonToken.START_OBJECT) {
        json.skipChildren();
        fields.put(name, "");
      } else {
        fields.put(name, json.getText());
      }
    }
    return fields;
  }

  private void check(Map<String, String> event) {
    count++;
    for (String field : new String[] {"name", "ph", "pid", "tid"}) {
      assertTrue(event.containsKey(field), event::toString);
    }
    String phase = String.valueOf(event.get("ph"));
    if (phase.equals("M")) {
      assertTrue(event.containsKey("args"), event::toString);
      return;
    }
    double micros = Double.parseDouble(String.valueOf(event.get("ts")));
    assertTrue(micros >= lastMicros, event::toString);
    lastMicros = micros;
    String row = String.valueOf(event.get("tid"));
    String span = event.get("cat") + " " + event.get("id");
    switch (phase) {
      case "B" -> openBars.merge(row, 1, Integer::sum);
      case "E" -> assertTrue(openBars.merge(row, -1, Integer::sum) >= 0, event::toString);
      case "b" -> assertTrue(openSpans.add(span), event::toString);
      case "e" -> assertTrue(openSpans.remove(span), event::toString);
      default -> assertEquals("i", phase, event::toString);
    }
  }
}
