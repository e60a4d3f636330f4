package io.nefele.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The numbers that one run of the simulator told of itself.
 *
 * @param numbers by the names that {@code nefele sim --json} gives them
 */
record Simulated(Map<String, Double> numbers) {
  private static final JsonFactory FACTORY = new JsonFactory();

  Simulated {
    numbers = Map.copyOf(numbers);
  }

  /**
   * Reads the output of {@code nefele sim --json}.
   *
   * @throws BenchFailure if it is something else
   */
  static Simulated parse(String output) throws BenchFailure {
    Map<String, Double> numbers = new LinkedHashMap<>();
    try (JsonParser json = FACTORY.createParser(output)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token.isNumeric() && json.currentName() != null) {
          numbers.put(json.currentName(), json.getDoubleValue());
        }
      }
    } catch (IOException e) {
      throw new BenchFailure("nefele sim printed no JSON: " + e.getMessage());
    }
    return new Simulated(numbers);
  }

  /**
   * The number of that name.
   *
   * @throws BenchFailure if it was not told
   */
  double get(String name) throws BenchFailure {
    Double number = numbers.get(name);
    if (number == null) {
      throw new BenchFailure("nefele sim does not tell " + name);
    }
    return number;
  }
}
