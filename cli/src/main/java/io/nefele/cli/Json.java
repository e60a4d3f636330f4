package io.nefele.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.wire.Response;
import io.nefele.wire.Response.AgentRow;
import io.nefele.wire.Response.Amounts;
import io.nefele.wire.Response.EventRow;
import io.nefele.wire.Response.ExposureRow;
import io.nefele.wire.Response.FabricRow;
import io.nefele.wire.Response.GroupRow;
import io.nefele.wire.Response.MailboxRow;
import io.nefele.wire.Response.ProcessEventRow;
import io.nefele.wire.Response.ProcessRow;
import io.nefele.wire.Response.ProgramRow;
import io.nefele.wire.Response.TenantRow;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The answers as JSON documents; their fields are part of the command line's contract. */
final class Json {
  private static final double MICROS_PER_SECOND = 1e6;

  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /** Writes one value. */
  interface Writer<T> {
    void write(JsonGenerator json, T value) throws IOException;
  }

  /** One document in one line. */
  static <T> String document(Writer<T> writer, T value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      writer.write(json, value);
    } catch (IOException e) {
      throw new IllegalStateException("a string can't fail to be written", e);
    }
    return text.toString();
  }

  /** An array, one element in each line. */
  static <T> String array(Writer<T> writer, List<T> values) {
    StringBuilder text = new StringBuilder("[");
    String separator = "\n ";
    for (T value : values) {
      text.append(separator).append(document(writer, value));
      separator = ",\n ";
    }
    return text.append(values.isEmpty() ? "]" : "\n]").toString();
  }

  static void id(JsonGenerator json, ProcessId id) throws IOException {
    json.writeString(id.toString());
  }

  static void agent(JsonGenerator json, AgentRow row) throws IOException {
    json.writeStartObject();
    json.writeNumberField("k", row.number());
    json.writeStringField("id", row.id());
    json.writeStringField("name", row.name());
    json.writeStringField("state", row.state());
    json.writeStringField("group", row.group());
    json.writeStringField("isolation", row.isolation());
    resources(json, "capacity", row.cpuMillisCapacity(), row.memoryBytesCapacity());
    resources(json, "free", row.cpuMillisFree(), row.memoryBytesFree());
    json.writeNumberField("rttMicros", row.rttMicros());
    json.writeNumberField("incarnation", row.incarnation());
    json.writeBooleanField("drained", row.drained());
    json.writeEndObject();
  }

  static void status(JsonGenerator json, Response.Status status) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", status.agent());
    json.writeStringField("name", status.name());
    json.writeNumberField("epoch", status.epoch());
    json.writeNumberField("upMillis", status.upMillis());
    json.writeStringField("group", status.group());
    json.writeNumberField("members", status.members());
    json.writeNumberField("lost", status.lost());
    json.writeNumberField("processes", status.processes());
    Response.Dropped dropped = status.dropped();
    json.writeObjectFieldStart("dropped");
    json.writeNumberField("malformedDatagrams", dropped.malformedDatagrams());
    json.writeNumberField("malformedMessages", dropped.malformedMessages());
    json.writeNumberField("undeliverable", dropped.undeliverable());
    json.writeEndObject();
    Response.Messages messages = status.messages();
    json.writeObjectFieldStart("messages");
    json.writeNumberField("sent", messages.sent());
    json.writeNumberField("accepted", messages.accepted());
    json.writeNumberField("refused", messages.refused());
    json.writeNumberField("unanswered", messages.unanswered());
    json.writeNumberField("inFlight", messages.inFlight());
    json.writeNumberField("recovered", messages.recovered());
    json.writeNumberField("stored", messages.stored());
    json.writeNumberField("delivered", messages.delivered());
    json.writeNumberField("pending", messages.pending());
    json.writeNumberField("deadLettered", messages.deadLettered());
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void resources(JsonGenerator json, String field, int cpuMillis, long memoryBytes)
      throws IOException {
    json.writeObjectFieldStart(field);
    json.writeNumberField("cpu", cores(cpuMillis));
    json.writeNumberField("memBytes", memoryBytes);
    json.writeEndObject();
  }

  static void group(JsonGenerator json, GroupRow row) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", row.id());
    json.writeNumberField("level", row.level());
    json.writeStringField("leader", row.leader());
    json.writeArrayFieldStart("members");
    for (String member : row.members()) {
      json.writeString(member);
    }
    json.writeEndArray();
    json.writeNumberField("size", row.members().size());
    json.writeNumberField("epoch", row.epoch());
    json.writeEndObject();
  }

  static void process(JsonGenerator json, ProcessRow row) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", row.id().toString());
    optionalString(json, "name", row.name());
    json.writeStringField("tenant", row.tenant());
    json.writeArrayFieldStart("command");
    for (String word : row.command()) {
      json.writeString(word);
    }
    json.writeEndArray();
    json.writeStringField("state", row.state());
    if (row.exitCode().isPresent()) {
      json.writeNumberField("exitCode", row.exitCode().get());
    } else {
      json.writeNullField("exitCode");
    }
    optionalString(json, "startedAt", instant(row.startedAtMillis()));
    optionalString(json, "stateSince", instant(row.stateSinceMillis()));
    json.writeNumberField("ageMillis", row.ageMillis());
    json.writeNumberField("cpu", row.usage().cpuMicros() / MICROS_PER_SECOND);
    json.writeNumberField("memBytes", row.usage().memoryBytes());
    json.writeNumberField("load", cores(row.usage().cpuMillis()));
    json.writeNumberField("diskBytes", row.usage().diskBytes());
    json.writeNumberField("cpuLimit", cores(row.cpuMillis()));
    json.writeNumberField("memLimitBytes", row.memoryBytes());
    json.writeStringField("cpuFrom", row.cpuFrom());
    json.writeStringField("memFrom", row.memoryFrom());
    json.writeBooleanField("outOfMemory", row.outOfMemory());
    json.writeNumberField("restarts", row.restarts());
    optionalString(json, "health", Optional.of(row.health()).filter(told -> !told.isEmpty()));
    strings(json, "labels", row.labels());
    json.writeStringField("isolation", row.isolation());
    json.writeStringField("group", row.group());
    json.writeEndObject();
  }

  /** A message; a payload that is not UTF-8 comes as {@code payloadBase64} in place of text. */
  static void letter(JsonGenerator json, Response.Letter letter) throws IOException {
    json.writeStartObject();
    optionalString(json, "from", letter.from().map(ProcessId::toString));
    json.writeStringField("to", letter.to().toString());
    optionalString(json, "topic", Optional.of(letter.topic()).filter(topic -> !topic.isEmpty()));
    payload(json, letter.payload());
    optionalString(json, "sentAt", instant(letter.sentAtMillis()));
    json.writeEndObject();
  }

  private static void payload(JsonGenerator json, Bytes payload) throws IOException {
    byte[] content = payload.unsafeArray();
    Optional<String> text = utf8(content);
    if (text.isPresent()) {
      json.writeStringField("text", text.get());
    } else {
      json.writeStringField("payloadBase64", Base64.getEncoder().encodeToString(content));
    }
  }

  static void reply(JsonGenerator json, Response.Reply reply) throws IOException {
    json.writeStartObject();
    json.writeStringField("from", reply.from().toString());
    payload(json, reply.payload());
    json.writeStringField("distance", reply.distance());
    json.writeNumberField("rttMicros", reply.rttMicros());
    json.writeNumberField("tookMicros", reply.tookMicros());
    strings(json, "failovers", reply.failovers());
    json.writeEndObject();
  }

  static void receipt(JsonGenerator json, Response.Receipt receipt) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("mailboxes");
    for (Response.ReceiptRow row : receipt.rows()) {
      json.writeStartObject();
      json.writeStringField("id", row.id().toString());
      json.writeBooleanField("stored", row.failure().isEmpty());
      optionalString(
          json, "failure", Optional.of(row.failure()).filter(failure -> !failure.isEmpty()));
      json.writeStringField("distance", row.distance());
      json.writeNumberField("rttMicros", row.rttMicros());
      json.writeNumberField("tookMicros", row.tookMicros());
      json.writeEndObject();
    }
    json.writeEndArray();
    strings(json, "missing", receipt.missing());
    json.writeEndObject();
  }

  static void published(JsonGenerator json, Response.Published published) throws IOException {
    json.writeStartObject();
    json.writeNumberField("agents", published.agents());
    json.writeNumberField("stored", published.stored());
    json.writeNumberField("waiting", published.waiting());
    json.writeNumberField("refused", published.refused());
    json.writeNumberField("dropped", published.dropped());
    json.writeNumberField("tookMicros", published.tookMicros());
    strings(json, "missing", published.missing());
    json.writeEndObject();
  }

  static void claimed(JsonGenerator json, Response.Claimed claimed) throws IOException {
    json.writeStartObject();
    json.writeNumberField("epoch", claimed.epoch());
    strings(json, "missing", claimed.missing());
    json.writeEndObject();
  }

  private static void strings(JsonGenerator json, String field, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  static void mailbox(JsonGenerator json, MailboxRow row) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", row.id().toString());
    json.writeStringField("distance", row.distance());
    json.writeNumberField("rttMicros", row.rttMicros());
    json.writeEndObject();
  }

  static void processEvent(JsonGenerator json, ProcessEventRow event) throws IOException {
    json.writeStartObject();
    json.writeStringField("at", Instant.ofEpochMilli(event.atMillis()).toString());
    json.writeStringField("agent", event.agent());
    json.writeNumberField("sequence", event.sequence());
    json.writeStringField("kind", event.kind());
    json.writeStringField("process", event.process().toString());
    json.writeStringField("tenant", event.tenant());
    optionalString(json, "name", event.name());
    json.writeStringField("why", event.why());
    json.writeEndObject();
  }

  static void tenant(JsonGenerator json, TenantRow row) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", row.name());
    json.writeArrayFieldStart("users");
    for (int user : row.users()) {
      json.writeNumber(Integer.toUnsignedLong(user));
    }
    json.writeEndArray();
    amounts(json, "quota", row.quota());
    amounts(json, "use", row.use());
    json.writeStringField("outside", row.outside());
    json.writeObjectFieldStart("defaults");
    json.writeNumberField("cpu", cores(row.defaultCpuMillis()));
    json.writeNumberField("memBytes", row.defaultMemoryBytes());
    json.writeEndObject();
    json.writeEndObject();
  }

  static void exposure(JsonGenerator json, ExposureRow row) throws IOException {
    json.writeStartObject();
    json.writeStringField("agent", row.agent());
    json.writeStringField("agentName", row.agentName());
    json.writeNumberField("port", row.port());
    json.writeStringField("speaks", speaks(row));
    json.writeStringField("tenant", row.tenant());
    json.writeStringField("name", row.name());
    json.writeNumberField("timeoutMillis", row.timeoutMillis());
    json.writeEndObject();
  }

  /** What is spoken at a port. */
  static String speaks(ExposureRow row) {
    return row.isGateway() ? "fabric" : row.web() ? "http" : "tcp";
  }

  static void fabric(JsonGenerator json, FabricRow row) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", row.name());
    json.writeArrayFieldStart("gateways");
    for (String gateway : row.gateways()) {
      json.writeString(gateway);
    }
    json.writeEndArray();
    json.writeBooleanField("signed", row.keyed());
    json.writeEndObject();
  }

  static void program(JsonGenerator json, ProgramRow row) throws IOException {
    json.writeStartObject();
    json.writeStringField("tenant", row.tenant());
    json.writeStringField("program", row.label());
    json.writeStringField("id", row.program());
    json.writeNumberField("runs", row.runs());
    optionalString(json, "lastAt", instant(row.lastMillis()));
    json.writeNumberField("memBytesP50", row.memoryMedian());
    json.writeNumberField("memBytesP95", row.memoryMost());
    json.writeNumberField("cpuP50", cores(row.cpuMedian()));
    json.writeNumberField("memBytesSetAside", row.memoryBytes());
    json.writeNumberField("cpuSetAside", cores(row.cpuMillis()));
    json.writeEndObject();
  }

  private static void amounts(JsonGenerator json, String field, Amounts amounts)
      throws IOException {
    json.writeObjectFieldStart(field);
    json.writeNumberField("processes", amounts.processes());
    json.writeNumberField("cpu", cores((int) amounts.cpuMillis()));
    json.writeNumberField("memBytes", amounts.memoryBytes());
    json.writeEndObject();
  }

  static void event(JsonGenerator json, EventRow event) throws IOException {
    json.writeStartObject();
    json.writeStringField("at", Instant.ofEpochMilli(event.atMillis()).toString());
    json.writeStringField("agent", event.agent());
    json.writeNumberField("sequence", event.sequence());
    json.writeStringField("kind", event.kind());
    json.writeStringField("group", event.group());
    json.writeStringField("why", event.why());
    json.writeEndObject();
  }

  private static void optionalString(JsonGenerator json, String field, Optional<String> value)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(field, value.get());
    } else {
      json.writeNullField(field);
    }
  }

  private static Optional<String> instant(long millis) {
    return millis <= 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis).toString());
  }

  private static BigDecimal cores(int cpuMillis) {
    BigDecimal cores = BigDecimal.valueOf(cpuMillis, 3).stripTrailingZeros();
    return cores.scale() < 0 ? cores.setScale(0) : cores;
  }

  private static Optional<String> utf8(byte[] payload) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
