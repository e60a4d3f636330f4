package io.nefele.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.BundleRow;
import io.nefele.wire.Response;
import java.io.IOException;
import picocli.CommandLine.Option;

/** {@code nefele bundles}: the programs that were shipped to an agent. */
final class BundlesCommand extends AskingCommand {
  private static final int ID_SHOWN = 12;

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  BundlesCommand(Console console) {
    super(console);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    Response.Bundles bundles = agent.bundles().list();
    if (json) {
      console.out().println(Json.document(BundlesCommand::write, bundles));
      return DONE;
    }
    Table table = new Table("BUNDLE", "TENANT", "FILES", "SIZE", "STATE", "UNUSED");
    for (BundleRow row : bundles.bundles()) {
      table.row(
          row.id().substring(0, ID_SHOWN),
          row.tenant(),
          Integer.toString(row.files()),
          Size.show(row.bytes()),
          row.missingBytes() == 0
              ? row.state()
              : row.state() + ", lacks " + Size.show(row.missingBytes()),
          row.inUse() ? "in use" : Span.show(row.unusedMillis()));
    }
    table.print(console);
    BundleRow.Moved moved = bundles.moved();
    console.out().println();
    console.field("uploaded", Size.show(moved.uploadedBytes()) + " from clients");
    console.field("received", Size.show(moved.receivedBytes()) + " from agents");
    console.field("sent", Size.show(moved.sentBytes()) + " to agents");
    console.field("wrong", moved.wrongChunks() + " chunks, dropped");
    console.field("removed", moved.removed() + " bundles, for room");
    console.field("room", Size.show(bundles.bytesMax()) + " in all");
    return DONE;
  }

  private static void write(JsonGenerator json, Response.Bundles bundles) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("bundles");
    for (BundleRow row : bundles.bundles()) {
      json.writeStartObject();
      json.writeStringField("id", row.id());
      json.writeStringField("tenant", row.tenant());
      json.writeNumberField("files", row.files());
      json.writeNumberField("bytes", row.bytes());
      json.writeNumberField("missingBytes", row.missingBytes());
      json.writeStringField("state", row.state());
      json.writeBooleanField("inUse", row.inUse());
      json.writeNumberField("unusedMillis", row.unusedMillis());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("bytesMax", bundles.bytesMax());
    json.writeNumberField("uploadedBytes", bundles.moved().uploadedBytes());
    json.writeNumberField("receivedBytes", bundles.moved().receivedBytes());
    json.writeNumberField("sentBytes", bundles.moved().sentBytes());
    json.writeNumberField("wrongChunks", bundles.moved().wrongChunks());
    json.writeNumberField("removed", bundles.moved().removed());
    json.writeEndObject();
  }
}
