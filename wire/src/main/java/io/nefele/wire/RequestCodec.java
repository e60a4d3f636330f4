package io.nefele.wire;

import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.core.ProcessId;
import io.nefele.core.ProcessInput;

/** Requests as frames. The type numbers are part of the protocol and are never given anew. */
public final class RequestCodec {
  private RequestCodec() {}

  /** The frame of {@code request} under the client's number {@code number}. */
  public static Frame toFrame(int number, Request request) {
    Encoder out = new Encoder();
    int type = encode(request, out);
    return new Frame(Frame.VERSION, type, number, out.toBytes());
  }

  /**
   * The request in {@code frame}.
   *
   * @throws MalformedMessage if its type is unknown or its body is not of that type
   */
  public static Request fromFrame(Frame frame) throws MalformedMessage {
    Codec<Request> codec =
        Codec.of((request, out) -> encode(request, out), in -> decode(frame.type(), in));
    return codec.fromBytes(frame.body());
  }

  private static int encode(Request request, Encoder out) {
    return switch (request) {
      case Request.ListAgents() -> 1;
      case Request.ListGroups() -> 2;
      case Request.Spawn r -> {
        out.list(ProcessSpec.CODEC, r.components()).int32(r.deadlineMillis());
        yield 3;
      }
      case Request.ListProcesses r -> {
        out.bool(r.allStates()).int32(r.deadlineMillis());
        yield 4;
      }
      case Request.StreamProcesses r -> {
        out.bool(r.allStates()).int32(r.deadlineMillis());
        yield 16;
      }
      case Request.Inspect r -> {
        out.put(RowCodecs.PROCESS_ID, r.process()).int32(r.deadlineMillis());
        yield 5;
      }
      case Request.Signal r -> {
        out.list(RowCodecs.PROCESS_ID, r.processes()).int32(r.signal());
        yield 6;
      }
      case Request.Wait r -> {
        out.put(RowCodecs.PROCESS_ID, r.process()).int32(r.timeoutMillis());
        yield 7;
      }
      case Request.ReadLog r -> {
        out.put(RowCodecs.PROCESS_ID, r.process()).bool(r.standardError()).int64(r.offset());
        yield 8;
      }
      case Request.FollowLog r -> {
        out.put(RowCodecs.PROCESS_ID, r.process())
            .bool(r.standardError())
            .int64(r.offset())
            .int32(r.waitMillis());
        yield 50;
      }
      case Request.Feed r -> {
        out.put(RowCodecs.PROCESS_ID, r.process())
            .int64(r.offset())
            .bytes(r.content())
            .bool(r.last())
            .int32(r.timeoutMillis());
        yield 51;
      }
      case Request.Resize r -> {
        out.put(RowCodecs.PROCESS_ID, r.process()).int32(r.rows()).int32(r.columns());
        yield 52;
      }
      case Request.Join r -> {
        out.put(RowCodecs.PROCESS_ID, r.beside())
            .put(ProcessInput.CODEC, r.input())
            .list(Frame.STRING, r.environment())
            .string(r.workingDirectory())
            .list(Frame.STRING, r.command());
        yield 53;
      }
      case Request.Send r -> {
        out.optional(Frame.STRING, r.as())
            .string(r.to())
            .bytes(r.payload())
            .int32(r.timeoutMillis());
        yield 9;
      }
      case Request.Receive r -> {
        out.string(r.as()).int32(r.timeoutMillis());
        yield 10;
      }
      case Request.Lookup r -> {
        out.string(r.name()).int32(r.deadlineMillis());
        yield 11;
      }
      case Request.Status() -> 12;
      case Request.ListServiceGroups r -> {
        out.string(r.service());
        yield 13;
      }
      case Request.AskAgents r -> {
        out.string(r.subtree()).int32(r.deadlineMillis());
        yield 14;
      }
      case Request.Plan r -> {
        out.list(ProcessSpec.CODEC, r.components()).int32(r.holdMillis());
        yield 30;
      }
      case Request.SpawnPlan r -> {
        out.string(r.plan());
        yield 31;
      }
      case Request.Explain r -> {
        out.optional(RowCodecs.PROCESS_ID, r.process()).int32(r.deadlineMillis());
        yield 32;
      }
      case Request.As r -> {
        Encoder inner = new Encoder();
        int type = encode(r.request(), inner);
        out.string(r.tenant()).int8(type).bytes(inner.toBytes());
        yield 60;
      }
      case Request.ListTenants r -> {
        out.int32(r.deadlineMillis());
        yield 61;
      }
      case Request.CreateTenant r -> {
        out.string(r.tenant()).int64(r.processes()).int64(r.cpuMillis()).int64(r.memoryBytes());
        yield 62;
      }
      case Request.Drain r -> {
        out.string(r.agent()).bool(r.drained());
        yield 80;
      }
      case Request.OfferBundle r -> {
        out.bytes(r.manifest());
        yield 110;
      }
      case Request.PutChunk r -> {
        out.string(r.bundle()).int32(r.chunk()).bytes(r.content());
        yield 111;
      }
      case Request.ListBundles() -> 112;
      case Request.RemoveTenant r -> {
        out.string(r.tenant()).int32(r.deadlineMillis());
        yield 63;
      }
      case Request.GrantTenant r -> {
        out.string(r.tenant()).list(RowCodecs.INT32, r.users()).list(RowCodecs.INT32, r.revoked());
        yield 64;
      }
      case Request.SetOutside r -> {
        out.string(r.tenant()).string(r.rules());
        yield 100;
      }
      case Request.Expose r -> {
        out.string(r.name()).int32(r.port()).bool(r.web()).int32(r.timeoutMillis());
        yield 101;
      }
      case Request.Unexpose r -> {
        out.int32(r.port());
        yield 102;
      }
      case Request.ListExposures() -> 103;
      case Request.PutPool r -> {
        out.string(r.name()).int32(r.min()).int32(r.max()).int32(r.idleMillis());
        out.put(ProcessSpec.CODEC, r.spec());
        yield 104;
      }
      case Request.RemovePool r -> {
        out.string(r.name());
        yield 105;
      }
      case Request.ListPools() -> 106;
      case Request.ExposeGateway r -> {
        out.int32(r.port()).int32(r.timeoutMillis()).bytes(r.key());
        yield 120;
      }
      case Request.PutFabric r -> {
        out.string(r.name()).list(Frame.STRING, r.gateways()).bytes(r.key());
        yield 121;
      }
      case Request.RemoveFabric r -> {
        out.string(r.name());
        yield 122;
      }
      case Request.ListFabrics() -> 123;
      case Request.ListProcessEvents r -> {
        out.int64(r.sinceMillis()).int32(r.deadlineMillis());
        yield 66;
      }
      case Request.ListHistory() -> 90;
      case Request.SetDefaults r -> {
        out.string(r.tenant()).int32(r.cpuMillis()).int64(r.memoryBytes());
        yield 91;
      }
      case Request.SetQuota r -> {
        out.string(r.tenant()).int64(r.processes()).int64(r.cpuMillis()).int64(r.memoryBytes());
        yield 65;
      }
      case Request.Claim r -> {
        out.put(RowCodecs.PROCESS_ID, r.process()).string(r.name()).int32(r.timeoutMillis());
        yield 67;
      }
      case Request.Release r -> {
        out.put(RowCodecs.PROCESS_ID, r.process()).string(r.name());
        yield 68;
      }
      case Request.Describe r -> {
        out.put(RowCodecs.PROCESS_ID, r.process());
        yield 95;
      }
      case Request.ListEvents r -> {
        out.string(r.subtree()).int64(r.sinceMillis()).int32(r.deadlineMillis());
        yield 15;
      }
      case Request.Post r -> {
        out.optional(Frame.STRING, r.as())
            .string(r.to())
            .bytes(r.payload())
            .int32(r.timeoutMillis());
        yield 40;
      }
      case Request.Call r -> {
        out.string(r.to()).bytes(r.payload()).int32(r.timeoutMillis());
        yield 41;
      }
      case Request.Take r -> {
        out.string(r.as()).int32(r.timeoutMillis());
        yield 42;
      }
      case Request.Subscribe r -> {
        out.optional(Frame.STRING, r.as())
            .string(r.pattern())
            .int8(r.whenFull().ordinal())
            .int32(r.pendingMax())
            .int32(r.waitMillis());
        yield 43;
      }
      case Request.Unsubscribe r -> {
        out.string(r.as()).string(r.pattern());
        yield 44;
      }
      case Request.Publish r -> {
        out.optional(Frame.STRING, r.as())
            .string(r.topic())
            .bytes(r.payload())
            .int32(r.timeoutMillis());
        yield 45;
      }
      case Request.CloseMailbox r -> {
        out.string(r.as());
        yield 46;
      }
      case Request.OpenSharedQueue r -> {
        out.string(r.as());
        yield 70;
      }
      case Request.FindSharedQueue r -> {
        out.string(r.to());
        yield 71;
      }
      case Request.TakeForQueue r -> {
        out.string(r.as()).int32(r.timeoutMillis());
        yield 72;
      }
      case Request.LeaveSharedQueue r -> {
        out.string(r.as());
        yield 73;
      }
    };
  }

  private static Request decode(int type, Decoder in) throws MalformedMessage {
    return switch (type) {
      case 1 -> new Request.ListAgents();
      case 2 -> new Request.ListGroups();
      case 3 -> new Request.Spawn(in.list(ProcessSpec.CODEC), in.int32());
      case 4 -> new Request.ListProcesses(in.bool(), in.int32());
      case 16 -> new Request.StreamProcesses(in.bool(), in.int32());
      case 5 -> new Request.Inspect(process(in), in.int32());
      case 6 -> new Request.Signal(in.list(RowCodecs.PROCESS_ID), in.int32());
      case 7 -> new Request.Wait(process(in), in.int32());
      case 8 -> new Request.ReadLog(process(in), in.bool(), in.int64());
      case 50 -> new Request.FollowLog(process(in), in.bool(), in.int64(), in.int32());
      case 51 -> new Request.Feed(process(in), in.int64(), in.bytes(), in.bool(), in.int32());
      case 52 -> new Request.Resize(process(in), in.int32(), in.int32());
      case 53 ->
          new Request.Join(
              process(in),
              in.get(ProcessInput.CODEC),
              in.list(Frame.STRING),
              in.string(),
              in.list(Frame.STRING));
      case 9 -> {
        var as = in.optional(Frame.STRING);
        String to = in.string();
        Bytes payload = in.bytes();
        yield new Request.Send(as, to, payload, in.int32());
      }
      case 10 -> new Request.Receive(in.string(), in.int32());
      case 11 -> new Request.Lookup(in.string(), in.int32());
      case 12 -> new Request.Status();
      case 13 -> new Request.ListServiceGroups(in.string());
      case 14 -> new Request.AskAgents(in.string(), in.int32());
      case 15 -> new Request.ListEvents(in.string(), in.int64(), in.int32());
      case 30 -> new Request.Plan(in.list(ProcessSpec.CODEC), in.int32());
      case 31 -> new Request.SpawnPlan(in.string());
      case 32 -> new Request.Explain(in.optional(RowCodecs.PROCESS_ID), in.int32());
      case 40 -> new Request.Post(in.optional(Frame.STRING), in.string(), in.bytes(), in.int32());
      case 41 -> new Request.Call(in.string(), in.bytes(), in.int32());
      case 42 -> new Request.Take(in.string(), in.int32());
      case 43 ->
          new Request.Subscribe(
              in.optional(Frame.STRING), in.string(), whenFull(in), in.int32(), in.int32());
      case 44 -> new Request.Unsubscribe(in.string(), in.string());
      case 45 ->
          new Request.Publish(in.optional(Frame.STRING), in.string(), in.bytes(), in.int32());
      case 46 -> new Request.CloseMailbox(in.string());
      case 60 -> {
        String tenant = in.string();
        int inner = in.int8();
        if (inner == 60) {
          throw in.malformed("a request is made as one tenant, not as two");
        }
        yield new Request.As(tenant, fromFrame(new Frame(Frame.VERSION, inner, 0, in.bytes())));
      }
      case 61 -> new Request.ListTenants(in.int32());
      case 62 -> new Request.CreateTenant(in.string(), in.int64(), in.int64(), in.int64());
      case 63 -> new Request.RemoveTenant(in.string(), in.int32());
      case 64 ->
          new Request.GrantTenant(in.string(), in.list(RowCodecs.INT32), in.list(RowCodecs.INT32));
      case 67 -> new Request.Claim(in.get(RowCodecs.PROCESS_ID), in.string(), in.int32());
      case 68 -> new Request.Release(in.get(RowCodecs.PROCESS_ID), in.string());
      case 95 -> new Request.Describe(in.get(RowCodecs.PROCESS_ID));
      case 66 -> new Request.ListProcessEvents(in.int64(), in.int32());
      case 65 -> new Request.SetQuota(in.string(), in.int64(), in.int64(), in.int64());
      case 70 -> new Request.OpenSharedQueue(in.string());
      case 71 -> new Request.FindSharedQueue(in.string());
      case 72 -> new Request.TakeForQueue(in.string(), in.int32());
      case 73 -> new Request.LeaveSharedQueue(in.string());
      case 80 -> new Request.Drain(in.string(), in.bool());
      case 110 -> new Request.OfferBundle(in.bytes());
      case 111 -> new Request.PutChunk(in.string(), in.int32(), in.bytes());
      case 112 -> new Request.ListBundles();
      case 100 -> new Request.SetOutside(in.string(), in.string());
      case 101 -> new Request.Expose(in.string(), in.int32(), in.bool(), in.int32());
      case 102 -> new Request.Unexpose(in.int32());
      case 103 -> new Request.ListExposures();
      case 104 ->
          new Request.PutPool(
              in.string(), in.int32(), in.int32(), in.int32(), in.get(ProcessSpec.CODEC));
      case 105 -> new Request.RemovePool(in.string());
      case 106 -> new Request.ListPools();
      case 120 -> new Request.ExposeGateway(in.int32(), in.int32(), in.bytes());
      case 121 -> new Request.PutFabric(in.string(), in.list(Frame.STRING), in.bytes());
      case 122 -> new Request.RemoveFabric(in.string());
      case 123 -> new Request.ListFabrics();
      case 90 -> new Request.ListHistory();
      case 91 -> new Request.SetDefaults(in.string(), in.int32(), in.int64());
      default -> throw in.malformed("no request has type " + type);
    };
  }

  private static Request.WhenFull whenFull(Decoder in) throws MalformedMessage {
    int ordinal = in.int8();
    if (ordinal < 0 || ordinal >= Request.WhenFull.values().length) {
      throw in.malformed("a subscriber's policy is 0, 1 or 2: " + ordinal);
    }
    return Request.WhenFull.values()[ordinal];
  }

  private static ProcessId process(Decoder in) throws MalformedMessage {
    return in.get(RowCodecs.PROCESS_ID);
  }
}
