package io.nefele.wire;

import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import java.util.List;

/** Responses as frames. The type numbers are part of the protocol and are never given anew. */
public final class ResponseCodec {
  private static final int MORE_PROCESSES = 32;

  private ResponseCodec() {}

  /** The frame of {@code response} to the client's request {@code number}. */
  public static Frame toFrame(int number, Response response) {
    if (response instanceof Response.PresentedProcesses(var rows)) {
      return new Frame(Frame.VERSION, MORE_PROCESSES, number, rows);
    }
    Encoder out = new Encoder();
    int type = encode(response, out);
    return new Frame(Frame.VERSION, type, number, out.toBytes());
  }

  /** The body of a frame of {@link Response.MoreProcesses}. */
  public static Bytes moreProcesses(List<Response.ProcessRow> rows) {
    return new Encoder().list(RowCodecs.PROCESS, rows).toBytes();
  }

  /**
   * The response in {@code frame}.
   *
   * @throws MalformedMessage if its type is unknown or its body is not of that type
   */
  public static Response fromFrame(Frame frame) throws MalformedMessage {
    Codec<Response> codec =
        Codec.of((response, out) -> encode(response, out), in -> decode(frame.type(), in));
    return codec.fromBytes(frame.body());
  }

  private static int encode(Response response, Encoder out) {
    return switch (response) {
      case Response.Done() -> 1;
      case Response.Failed r -> {
        out.int8(r.kind().exitCode()).string(r.message());
        yield 2;
      }
      case Response.Agents r -> {
        out.list(RowCodecs.AGENT, r.agents());
        yield 3;
      }
      case Response.Groups r -> {
        out.list(RowCodecs.GROUP, r.groups());
        yield 4;
      }
      case Response.Spawned r -> {
        out.list(RowCodecs.PROCESS_ID, r.processes());
        yield 5;
      }
      case Response.Planned r -> {
        out.string(r.plan()).int32(r.holdMillis()).put(PlacingRow.CODEC, r.placing());
        yield 30;
      }
      case Response.Explained r -> {
        out.list(RowCodecs.PROCESS_ID, r.processes()).put(PlacingRow.CODEC, r.placing());
        yield 31;
      }
      case Response.MoreProcesses r -> {
        out.list(RowCodecs.PROCESS, r.rows());
        yield MORE_PROCESSES;
      }
      case Response.PresentedProcesses r ->
          throw new IllegalArgumentException("already encoded, with the frame's body all its own");
      case Response.Processes r -> {
        out.list(RowCodecs.PROCESS, r.rows()).list(Frame.STRING, r.missing());
        yield 6;
      }
      case Response.Output r -> {
        out.bytes(r.content()).int64(r.end()).bool(r.ended());
        yield 7;
      }
      case Response.Taken r -> {
        out.int64(r.offset()).bool(r.closed());
        yield 50;
      }
      case Response.Message r -> {
        out.optional(RowCodecs.PROCESS_ID, r.from())
            .put(RowCodecs.PROCESS_ID, r.to())
            .bytes(r.payload())
            .int64(r.sentAtMillis());
        yield 8;
      }
      case Response.Mailboxes r -> {
        out.list(RowCodecs.MAILBOX, r.mailboxes());
        yield 9;
      }
      case Response.Status r -> {
        out.string(r.agent())
            .string(r.name())
            .int32(r.epoch())
            .int64(r.upMillis())
            .string(r.group())
            .int32(r.members())
            .int32(r.lost())
            .int32(r.processes())
            .put(RowCodecs.DROPPED, r.dropped())
            .put(RowCodecs.MESSAGES, r.messages());
        yield 10;
      }
      case Response.AgentAnswers r -> {
        out.list(RowCodecs.AGENT, r.agents()).list(Frame.STRING, r.missing());
        yield 11;
      }
      case Response.ProcessEvents r -> {
        out.list(RowCodecs.PROCESS_EVENT, r.events()).list(Frame.STRING, r.missing());
        yield 61;
      }
      case Response.Described r -> {
        out.put(ProcessSpec.CODEC, r.spec());
        yield 95;
      }
      case Response.Claimed r -> {
        out.int64(r.epoch()).list(Frame.STRING, r.missing());
        yield 62;
      }
      case Response.Pools r -> {
        out.list(RowCodecs.POOL, r.pools());
        yield 101;
      }
      case Response.Fabrics r -> {
        out.list(RowCodecs.FABRIC, r.fabrics());
        yield 120;
      }
      case Response.Exposures r -> {
        out.list(RowCodecs.EXPOSURE, r.exposures());
        yield 100;
      }
      case Response.Tenants r -> {
        out.list(RowCodecs.TENANT, r.tenants()).list(Frame.STRING, r.missing());
        yield 60;
      }
      case Response.Events r -> {
        out.list(RowCodecs.EVENT, r.events()).list(Frame.STRING, r.missing());
        yield 12;
      }
      case Response.Receipt r -> {
        out.list(RowCodecs.RECEIPT, r.rows()).list(Frame.STRING, r.missing());
        yield 40;
      }
      case Response.Reply r -> {
        out.put(RowCodecs.PROCESS_ID, r.from())
            .bytes(r.payload())
            .string(r.distance())
            .int64(r.rttMicros())
            .int64(r.tookMicros())
            .list(Frame.STRING, r.failovers());
        yield 41;
      }
      case Response.Letter r -> {
        out.optional(RowCodecs.PROCESS_ID, r.from())
            .put(RowCodecs.PROCESS_ID, r.to())
            .string(r.topic())
            .bytes(r.payload())
            .int64(r.sentAtMillis());
        yield 42;
      }
      case Response.Subscribed r -> {
        out.put(RowCodecs.PROCESS_ID, r.mailbox()).list(Frame.STRING, r.missing());
        yield 43;
      }
      case Response.Published r -> {
        out.int32(r.agents())
            .int32(r.stored())
            .int32(r.waiting())
            .int32(r.refused())
            .int32(r.dropped())
            .int64(r.tookMicros())
            .list(Frame.STRING, r.missing());
        yield 44;
      }
      case Response.History r -> {
        out.list(RowCodecs.PROGRAM, r.programs());
        yield 90;
      }
      case Response.SharedQueue r -> {
        out.put(RowCodecs.PROCESS_ID, r.mailbox()).string(r.path());
        yield 70;
      }
      case Response.Missing r -> {
        out.string(r.bundle()).list(RowCodecs.INT32, r.chunks());
        yield 110;
      }
      case Response.Bundles r -> {
        out.list(BundleRow.CODEC, r.bundles())
            .int64(r.bytesMax())
            .put(BundleRow.Moved.CODEC, r.moved());
        yield 111;
      }
    };
  }

  private static Response decode(int type, Decoder in) throws MalformedMessage {
    return switch (type) {
      case 1 -> new Response.Done();
      case 2 -> new Response.Failed(ErrorKind.ofExitCode(in.int8()), in.string());
      case 3 -> new Response.Agents(in.list(RowCodecs.AGENT));
      case 4 -> new Response.Groups(in.list(RowCodecs.GROUP));
      case 5 -> new Response.Spawned(in.list(RowCodecs.PROCESS_ID));
      case 6 -> new Response.Processes(in.list(RowCodecs.PROCESS), in.list(Frame.STRING));
      case 32 -> new Response.MoreProcesses(in.list(RowCodecs.PROCESS));
      case 7 -> new Response.Output(in.bytes(), in.int64(), in.bool());
      case 8 ->
          new Response.Message(
              in.optional(RowCodecs.PROCESS_ID),
              in.get(RowCodecs.PROCESS_ID),
              in.bytes(),
              in.int64());
      case 9 -> new Response.Mailboxes(in.list(RowCodecs.MAILBOX));
      case 10 ->
          new Response.Status(
              in.string(),
              in.string(),
              in.int32(),
              in.int64(),
              in.string(),
              in.int32(),
              in.int32(),
              in.int32(),
              in.get(RowCodecs.DROPPED),
              in.get(RowCodecs.MESSAGES));
      case 11 -> new Response.AgentAnswers(in.list(RowCodecs.AGENT), in.list(Frame.STRING));
      case 12 -> new Response.Events(in.list(RowCodecs.EVENT), in.list(Frame.STRING));
      case 30 -> new Response.Planned(in.string(), in.int32(), in.get(PlacingRow.CODEC));
      case 31 -> new Response.Explained(in.list(RowCodecs.PROCESS_ID), in.get(PlacingRow.CODEC));
      case 40 -> new Response.Receipt(in.list(RowCodecs.RECEIPT), in.list(Frame.STRING));
      case 41 ->
          new Response.Reply(
              in.get(RowCodecs.PROCESS_ID),
              in.bytes(),
              in.string(),
              in.int64(),
              in.int64(),
              in.list(Frame.STRING));
      case 42 ->
          new Response.Letter(
              in.optional(RowCodecs.PROCESS_ID),
              in.get(RowCodecs.PROCESS_ID),
              in.string(),
              in.bytes(),
              in.int64());
      case 43 -> new Response.Subscribed(in.get(RowCodecs.PROCESS_ID), in.list(Frame.STRING));
      case 44 ->
          new Response.Published(
              in.int32(),
              in.int32(),
              in.int32(),
              in.int32(),
              in.int32(),
              in.int64(),
              in.list(Frame.STRING));
      case 50 -> new Response.Taken(in.int64(), in.bool());
      case 95 -> new Response.Described(in.get(ProcessSpec.CODEC));
      case 62 -> new Response.Claimed(in.int64(), in.list(Frame.STRING));
      case 61 ->
          new Response.ProcessEvents(in.list(RowCodecs.PROCESS_EVENT), in.list(Frame.STRING));
      case 60 -> new Response.Tenants(in.list(RowCodecs.TENANT), in.list(Frame.STRING));
      case 101 -> new Response.Pools(in.list(RowCodecs.POOL));
      case 120 -> new Response.Fabrics(in.list(RowCodecs.FABRIC));
      case 100 -> new Response.Exposures(in.list(RowCodecs.EXPOSURE));
      case 70 -> new Response.SharedQueue(in.get(RowCodecs.PROCESS_ID), in.string());
      case 110 -> new Response.Missing(in.string(), in.list(RowCodecs.INT32));
      case 111 ->
          new Response.Bundles(in.list(BundleRow.CODEC), in.int64(), in.get(BundleRow.Moved.CODEC));
      case 90 -> new Response.History(in.list(RowCodecs.PROGRAM));
      default -> throw in.malformed("no response has type " + type);
    };
  }
}
