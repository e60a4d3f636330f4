package io.nefele.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * What one run of the simulator told of itself.
 *
 * @param seconds of virtual time
 */
record Simulated(double seconds, long events) {
  private static final JsonFactory FACTORY = new JsonFactory();

  /**
   * Reads the output of {@code nefele sim --json}.
   *
   * @throws BenchFailure if it is something else
   */
  static Simulated parse(String output) throws BenchFailure {
    double seconds = -1;
    long events = -1;
    try (JsonParser json = FACTORY.createParser(output)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token.isNumeric() && "simulatedSeconds".equals(json.currentName())) {
          seconds = json.getDoubleValue();
        } else if (token.isNumeric() && "events".equals(json.currentName())) {
          events = json.getLongValue();
        }
      }
    } catch (IOException e) {
      throw new BenchFailure("nefele sim printed no JSON: " + e.getMessage());
    }
    if (seconds < 0 || events < 0) {
      throw new BenchFailure("nefele sim does not tell what it has simulated");
    }
    return new Simulated(seconds, events);
  }
}
