package io.nefele.bench.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;

/** A report for programs: one JSON document. */
public final class JsonReport {
  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonReport() {}

  public static String render(Report report) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeStringField("benchmark", report.name());
      json.writeStringField("title", report.title());
      machine(json, report.machine());
      json.writeArrayFieldStart("sections");
      for (Section section : report.sections()) {
        section(json, section);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("a string can't fail to be written", e);
    }
    return text + "\n";
  }

  private static void machine(JsonGenerator json, MachineFacts machine) throws IOException {
    json.writeObjectFieldStart("machine");
    json.writeStringField("cpu", machine.cpu());
    json.writeNumberField("cores", machine.cores());
    json.writeNumberField("memoryBytes", machine.memoryBytes());
    json.writeStringField("kernel", machine.kernel());
    json.writeStringField("jdk", machine.jdk());
    json.writeNumberField("loadAverage", machine.loadAverage());
    json.writeStringField("date", machine.date().toString());
    json.writeStringField("commit", machine.commit());
    json.writeEndObject();
  }

  private static void section(JsonGenerator json, Section section) throws IOException {
    json.writeStartObject();
    json.writeStringField("title", section.title());
    json.writeStringField("method", section.method());
    json.writeArrayFieldStart("rows");
    for (Row row : section.rows()) {
      row(json, row);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void row(JsonGenerator json, Row row) throws IOException {
    json.writeStartObject();
    json.writeStringField("what", row.what());
    switch (row.outcome()) {
      case Outcome.Measured(Quantity quantity) -> quantity(json, "measured", quantity);
      case Outcome.Failed(String why) -> json.writeStringField("failed", why);
    }
    if (!row.details().isEmpty()) {
      json.writeObjectFieldStart("more");
      for (Map.Entry<String, Quantity> detail : row.details().entrySet()) {
        quantity(json, detail.getKey(), detail.getValue());
      }
      json.writeEndObject();
    }
    if (row.beside().isPresent()) {
      json.writeStringField("beside", row.beside().get().what());
      quantity(json, "besideMeasured", row.beside().get().quantity());
    }
    if (row.ratio().isPresent()) {
      json.writeNumberField("ratio", row.ratio().get());
    }
    if (row.goal().isPresent()) {
      goal(json, row.goal().get());
    }
    if (row.verdict().isPresent()) {
      json.writeStringField("verdict", row.verdict().get().name().toLowerCase(Locale.ROOT));
    }
    json.writeEndObject();
  }

  private static void goal(JsonGenerator json, Goal goal) throws IOException {
    switch (goal) {
      case Goal.AtMostTimes(double times) -> json.writeNumberField("goalRatioAtMost", times);
      case Goal.AtLeastTimes(double times) -> json.writeNumberField("goalRatioAtLeast", times);
      case Goal.AtLeast(Quantity limit) -> quantity(json, "goalAtLeast", limit);
      case Goal.AtMost(Quantity limit) -> quantity(json, "goalAtMost", limit);
    }
  }

  private static void quantity(JsonGenerator json, String field, Quantity quantity)
      throws IOException {
    json.writeObjectFieldStart(field);
    json.writeNumberField("value", quantity.value());
    json.writeStringField("unit", quantity.unit().symbol());
    json.writeEndObject();
  }
}
