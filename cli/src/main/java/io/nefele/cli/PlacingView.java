package io.nefele.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nefele.wire.PlacingRow;
import io.nefele.wire.Response;
import java.io.IOException;

/** How a placement was decided, for people and as JSON. */
final class PlacingView {
  private PlacingView() {}

  static void print(Console console, PlacingRow placing) {
    Table table = new Table("AGENT", "GETS", "CPU FREE", "MEM FREE", "WHY");
    for (PlacingRow.OfferRow offer : placing.offers()) {
      table.row(
          offer.agent(),
          offer.given() == 0 ? "-" : Integer.toString(offer.given()),
          CpuShare.show(offer.cpuMillisFree()),
          Size.show(offer.memoryBytesFree()),
          (offer.runnerUp() ? "runner-up: " : "") + offer.why());
    }
    table.print(console);
    for (PlacingRow.FilledRow row : placing.filled()) {
      console.out().println(filled(row));
    }
    console.out().println(summary(placing));
    if (!placing.lacking().isEmpty()) {
      console.out().println("closest: " + placing.lacking());
    }
  }

  private static String filled(PlacingRow.FilledRow row) {
    String amount =
        row.resource().equals("mem") ? Size.show(row.amount()) : CpuShare.show((int) row.amount());
    return (row.kept() ? "filled in: " : "let off, as no server has it free: ")
        + row.resource()
        + " "
        + amount
        + " for "
        + ProcessTable.printable(row.command())
        + ", from "
        + row.from()
        + " ("
        + row.why()
        + ")";
  }

  private static String summary(PlacingRow placing) {
    StringBuilder text = new StringBuilder();
    text.append(placing.fitting()).append(" of ").append(placing.asked()).append(" fit; ");
    text.append(placing.agents()).append(" agents asked");
    if (placing.circles() > 1) {
      text.append(" in ").append(placing.circles()).append(" circles");
    }
    text.append(", decided in ").append(placing.tookMicros() / 1000.0).append(" ms");
    if (placing.tries() > 1) {
      text.append(" at try ").append(placing.tries());
    }
    if (!placing.silent().isEmpty()) {
      text.append("; no answer from ").append(String.join(", ", placing.silent()));
    }
    return text.toString();
  }

  static void planned(JsonGenerator json, Response.Planned planned) throws IOException {
    json.writeStartObject();
    json.writeStringField("plan", planned.plan());
    json.writeNumberField("holdMillis", planned.holdMillis());
    placing(json, planned.placing());
    json.writeEndObject();
  }

  static void explained(JsonGenerator json, Response.Explained explained) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("processes");
    for (var process : explained.processes()) {
      json.writeString(process.toString());
    }
    json.writeEndArray();
    placing(json, explained.placing());
    json.writeEndObject();
  }

  private static void placing(JsonGenerator json, PlacingRow placing) throws IOException {
    json.writeNumberField("asked", placing.asked());
    json.writeNumberField("fitting", placing.fitting());
    json.writeArrayFieldStart("offers");
    for (PlacingRow.OfferRow offer : placing.offers()) {
      json.writeStartObject();
      json.writeStringField("agent", offer.agent());
      json.writeStringField("group", offer.group());
      json.writeNumberField("given", offer.given());
      json.writeBooleanField("runnerUp", offer.runnerUp());
      json.writeNumberField("cpuFree", offer.cpuMillisFree() / 1000.0);
      json.writeNumberField("memBytesFree", offer.memoryBytesFree());
      json.writeStringField("why", offer.why());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("circles", placing.circles());
    json.writeNumberField("agents", placing.agents());
    json.writeArrayFieldStart("silent");
    for (String agent : placing.silent()) {
      json.writeString(agent);
    }
    json.writeEndArray();
    json.writeNumberField("tries", placing.tries());
    json.writeNumberField("tookMicros", placing.tookMicros());
    json.writeStringField("lacking", placing.lacking());
    json.writeArrayFieldStart("filledIn");
    for (PlacingRow.FilledRow row : placing.filled()) {
      json.writeStartObject();
      json.writeStringField("command", row.command());
      json.writeStringField("resource", row.resource());
      if (row.resource().equals("mem")) {
        json.writeNumberField("memBytes", row.amount());
      } else {
        json.writeNumberField("cpu", row.amount() / 1000.0);
      }
      json.writeStringField("from", row.from());
      json.writeStringField("why", row.why());
      json.writeBooleanField("kept", row.kept());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
