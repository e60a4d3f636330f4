package io.nefele.wire;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.ProcessId;
import io.nefele.wire.Response.AgentRow;
import io.nefele.wire.Response.Amounts;
import io.nefele.wire.Response.Dropped;
import io.nefele.wire.Response.EventRow;
import io.nefele.wire.Response.ExposureRow;
import io.nefele.wire.Response.FabricRow;
import io.nefele.wire.Response.GroupRow;
import io.nefele.wire.Response.MailboxRow;
import io.nefele.wire.Response.Messages;
import io.nefele.wire.Response.PoolRow;
import io.nefele.wire.Response.ProcessEventRow;
import io.nefele.wire.Response.ProcessRow;
import io.nefele.wire.Response.ProgramRow;
import io.nefele.wire.Response.ReceiptRow;
import io.nefele.wire.Response.TenantRow;

/**
 * The rows of answers. Ids travel as people see them, so that no client has to know their parts.
 */
final class RowCodecs {
  private RowCodecs() {}

  static final Codec<ProcessId> PROCESS_ID =
      Codec.of((id, out) -> out.string(id.toString()), in -> ProcessId.parse(in.string()));

  static final Codec<Integer> INT32 =
      Codec.of((Integer value, Encoder out) -> out.int32(value), Decoder::int32);

  static final Codec<AgentRow> AGENT =
      Codec.of(
          (row, out) ->
              out.int32(row.number())
                  .string(row.id())
                  .string(row.name())
                  .string(row.state())
                  .string(row.group())
                  .string(row.isolation())
                  .int32(row.cpuMillisCapacity())
                  .int64(row.memoryBytesCapacity())
                  .int32(row.cpuMillisFree())
                  .int64(row.memoryBytesFree())
                  .int64(row.rttMicros())
                  .int64(row.incarnation())
                  .bool(row.drained()),
          in ->
              new AgentRow(
                  in.int32(),
                  in.string(),
                  in.string(),
                  in.string(),
                  in.string(),
                  in.string(),
                  in.int32(),
                  in.int64(),
                  in.int32(),
                  in.int64(),
                  in.int64(),
                  in.int64(),
                  in.bool()));

  static final Codec<GroupRow> GROUP =
      Codec.of(
          (row, out) ->
              out.string(row.id())
                  .int32(row.level())
                  .string(row.leader())
                  .list(Frame.STRING, row.members())
                  .int64(row.epoch()),
          in ->
              new GroupRow(
                  in.string(), in.int32(), in.string(), in.list(Frame.STRING), in.int64()));

  private static final Codec<Response.Usage> USAGE =
      Codec.of(
          (usage, out) ->
              out.int64(usage.cpuMicros())
                  .int32(usage.cpuMillis())
                  .int64(usage.memoryBytes())
                  .int64(usage.diskBytes()),
          in -> new Response.Usage(in.int64(), in.int32(), in.int64(), in.int64()));

  /** Of rows that come by the thousand, and have much in common. */
  private static final Codec<String> SHARED =
      Codec.of((String text, Encoder out) -> out.string(text), Decoder::sharedString);

  static final Codec<ProcessRow> PROCESS =
      Codec.of(
          (row, out) ->
              out.put(PROCESS_ID, row.id())
                  .optional(Frame.STRING, row.name())
                  .string(row.tenant())
                  .list(Frame.STRING, row.command())
                  .string(row.state())
                  .optional(INT32, row.exitCode())
                  .int64(row.startedAtMillis())
                  .int64(row.stateSinceMillis())
                  .int64(row.ageMillis())
                  .int32(row.cpuMillis())
                  .int64(row.memoryBytes())
                  .string(row.group())
                  .put(USAGE, row.usage())
                  .bool(row.outOfMemory())
                  .int32(row.restarts())
                  .string(row.isolation())
                  .string(row.health())
                  .list(Frame.STRING, row.labels())
                  .string(row.cpuFrom())
                  .string(row.memoryFrom()),
          in ->
              new ProcessRow(
                  in.get(PROCESS_ID),
                  in.optional(SHARED),
                  in.sharedString(),
                  in.list(SHARED),
                  in.sharedString(),
                  in.optional(INT32),
                  in.int64(),
                  in.int64(),
                  in.int64(),
                  in.int32(),
                  in.int64(),
                  in.sharedString(),
                  in.get(USAGE),
                  in.bool(),
                  in.int32(),
                  in.sharedString(),
                  in.sharedString(),
                  in.list(SHARED),
                  in.sharedString(),
                  in.sharedString()));

  static final Codec<EventRow> EVENT =
      Codec.of(
          (row, out) ->
              out.string(row.agent())
                  .string(row.agentName())
                  .int64(row.sequence())
                  .int64(row.atMillis())
                  .string(row.kind())
                  .string(row.group())
                  .string(row.why()),
          in ->
              new EventRow(
                  in.string(),
                  in.string(),
                  in.int64(),
                  in.int64(),
                  in.string(),
                  in.string(),
                  in.string()));

  static final Codec<ProcessEventRow> PROCESS_EVENT =
      Codec.of(
          (row, out) ->
              out.string(row.agent())
                  .string(row.agentName())
                  .int64(row.sequence())
                  .int64(row.atMillis())
                  .string(row.kind())
                  .put(PROCESS_ID, row.process())
                  .string(row.tenant())
                  .optional(Frame.STRING, row.name())
                  .string(row.why()),
          in ->
              new ProcessEventRow(
                  in.string(),
                  in.string(),
                  in.int64(),
                  in.int64(),
                  in.string(),
                  in.get(PROCESS_ID),
                  in.string(),
                  in.optional(Frame.STRING),
                  in.string()));

  private static final Codec<Amounts> AMOUNTS =
      Codec.of(
          (amounts, out) ->
              out.int64(amounts.processes())
                  .int64(amounts.cpuMillis())
                  .int64(amounts.memoryBytes()),
          in -> new Amounts(in.int64(), in.int64(), in.int64()));

  static final Codec<TenantRow> TENANT =
      Codec.of(
          (row, out) ->
              out.string(row.name())
                  .list(INT32, row.users())
                  .put(AMOUNTS, row.quota())
                  .put(AMOUNTS, row.use())
                  .string(row.outside())
                  .int32(row.defaultCpuMillis())
                  .int64(row.defaultMemoryBytes()),
          in ->
              new TenantRow(
                  in.string(),
                  in.list(INT32),
                  in.get(AMOUNTS),
                  in.get(AMOUNTS),
                  in.string(),
                  in.int32(),
                  in.int64()));

  static final Codec<PoolRow> POOL =
      Codec.of(
          (row, out) ->
              out.string(row.tenant())
                  .string(row.name())
                  .int32(row.min())
                  .int32(row.max())
                  .int32(row.idleMillis())
                  .list(Frame.STRING, row.command()),
          in ->
              new PoolRow(
                  in.string(),
                  in.string(),
                  in.int32(),
                  in.int32(),
                  in.int32(),
                  in.list(Frame.STRING)));

  static final Codec<ExposureRow> EXPOSURE =
      Codec.of(
          (row, out) ->
              out.string(row.agent())
                  .string(row.agentName())
                  .int32(row.port())
                  .bool(row.web())
                  .string(row.tenant())
                  .string(row.name())
                  .int32(row.timeoutMillis()),
          in ->
              new ExposureRow(
                  in.string(),
                  in.string(),
                  in.int32(),
                  in.bool(),
                  in.string(),
                  in.string(),
                  in.int32()));

  static final Codec<FabricRow> FABRIC =
      Codec.of(
          (row, out) -> out.string(row.name()).list(Frame.STRING, row.gateways()).bool(row.keyed()),
          in -> new FabricRow(in.string(), in.list(Frame.STRING), in.bool()));

  static final Codec<ProgramRow> PROGRAM =
      Codec.of(
          (row, out) ->
              out.string(row.tenant())
                  .string(row.program())
                  .string(row.label())
                  .int64(row.runs())
                  .int64(row.lastMillis())
                  .int64(row.memoryMedian())
                  .int64(row.memoryMost())
                  .int32(row.cpuMedian())
                  .int64(row.memoryBytes())
                  .int32(row.cpuMillis()),
          in ->
              new ProgramRow(
                  in.string(),
                  in.string(),
                  in.string(),
                  in.int64(),
                  in.int64(),
                  in.int64(),
                  in.int64(),
                  in.int32(),
                  in.int64(),
                  in.int32()));

  static final Codec<MailboxRow> MAILBOX =
      Codec.of(
          (row, out) -> out.put(PROCESS_ID, row.id()).string(row.distance()).int64(row.rttMicros()),
          in -> new MailboxRow(in.get(PROCESS_ID), in.string(), in.int64()));

  static final Codec<ReceiptRow> RECEIPT =
      Codec.of(
          (row, out) ->
              out.put(PROCESS_ID, row.id())
                  .string(row.distance())
                  .int64(row.rttMicros())
                  .int64(row.tookMicros())
                  .string(row.failure()),
          in ->
              new ReceiptRow(in.get(PROCESS_ID), in.string(), in.int64(), in.int64(), in.string()));

  static final Codec<Dropped> DROPPED =
      Codec.of(
          (dropped, out) ->
              out.int64(dropped.malformedDatagrams())
                  .int64(dropped.malformedMessages())
                  .int64(dropped.undeliverable()),
          in -> new Dropped(in.int64(), in.int64(), in.int64()));

  static final Codec<Messages> MESSAGES =
      Codec.of(
          (messages, out) ->
              out.int64(messages.sent())
                  .int64(messages.accepted())
                  .int64(messages.refused())
                  .int64(messages.unanswered())
                  .int64(messages.inFlight())
                  .int64(messages.recovered())
                  .int64(messages.stored())
                  .int64(messages.delivered())
                  .int64(messages.pending())
                  .int64(messages.deadLettered()),
          in ->
              new Messages(
                  in.int64(),
                  in.int64(),
                  in.int64(),
                  in.int64(),
                  in.int64(),
                  in.int64(),
                  in.int64(),
                  in.int64(),
                  in.int64(),
                  in.int64()));
}
