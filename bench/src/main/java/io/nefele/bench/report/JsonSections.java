package io.nefele.bench.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the sections of a {@link JsonReport} back, so that a report can be made in pieces. */
public final class JsonSections {
  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonSections() {}

  /**
   * Reads what {@link JsonReport#render} wrote.
   *
   * @throws IOException if it is something else
   */
  public static List<Section> read(String document) throws IOException {
    try (JsonParser json = FACTORY.createParser(document)) {
      json.nextToken();
      List<Section> sections = new ArrayList<>();
      for (Object section : list(map(value(json)).get("sections"))) {
        Map<?, ?> fields = map(section);
        List<Row> rows = new ArrayList<>();
        for (Object row : list(fields.get("rows"))) {
          rows.add(row(map(row)));
        }
        sections.add(new Section(text(fields, "title"), text(fields, "method"), rows));
      }
      return sections;
    }
  }

  private static Row row(Map<?, ?> fields) throws IOException {
    String what = text(fields, "what");
    Row row =
        fields.containsKey("failed")
            ? Row.failed(what, text(fields, "failed"))
            : Row.of(what, quantity(fields.get("measured")));
    if (fields.containsKey("more")) {
      for (Map.Entry<?, ?> detail : map(fields.get("more")).entrySet()) {
        row = row.detail(String.valueOf(detail.getKey()), quantity(detail.getValue()));
      }
    }
    if (fields.containsKey("beside")) {
      row = row.beside(text(fields, "beside"), quantity(fields.get("besideMeasured")));
    }
    if (fields.containsKey("goalRatioAtMost")) {
      row = row.goal(new Goal.AtMostTimes(number(fields.get("goalRatioAtMost"))));
    }
    if (fields.containsKey("goalRatioAtLeast")) {
      row = row.goal(new Goal.AtLeastTimes(number(fields.get("goalRatioAtLeast"))));
    }
    if (fields.containsKey("goalAtLeast")) {
      row = row.goal(new Goal.AtLeast(quantity(fields.get("goalAtLeast"))));
    }
    if (fields.containsKey("goalAtMost")) {
      row = row.goal(new Goal.AtMost(quantity(fields.get("goalAtMost"))));
    }
    return row;
  }

  private static Quantity quantity(@Nullable Object value) throws IOException {
    Map<?, ?> fields = map(value);
    String symbol = text(fields, "unit");
    Unit unit =
        Arrays.stream(Unit.values())
            .filter(one -> one.symbol().equals(symbol))
            .findFirst()
            .orElseThrow(() -> new IOException("no unit has the symbol '" + symbol + "'"));
    return new Quantity(number(fields.get("value")), unit);
  }

  private static @Nullable Object value(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          json.nextToken();
          fields.put(name, value(json));
        }
        yield fields;
      }
      case START_ARRAY -> {
        List<@Nullable Object> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          elements.add(value(json));
        }
        yield elements;
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case null -> throw new IOException("the report ends too soon");
      default -> json.getText();
    };
  }

  private static Map<?, ?> map(@Nullable Object value) throws IOException {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new IOException("this is no report of a benchmark");
  }

  private static List<?> list(@Nullable Object value) throws IOException {
    if (value instanceof List<?> list) {
      return list;
    }
    throw new IOException("this is no report of a benchmark");
  }

  private static String text(Map<?, ?> fields, String name) throws IOException {
    if (fields.get(name) instanceof String text) {
      return text;
    }
    throw new IOException("this is no report of a benchmark: it has no " + name);
  }

  private static double number(@Nullable Object value) throws IOException {
    if (value instanceof Double number) {
      return number;
    }
    throw new IOException("this is no report of a benchmark: a number is missing");
  }
}
