package io.nefele.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nefele.core.Bytes;
import io.nefele.core.MalformedMessage;
import io.nefele.core.ProcessId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireTest {
  private static final ProcessId ID = ProcessId.parse("7h3kq2m9x4.1.17");
  private static final Response.ProcessRow ROW =
      new Response.ProcessRow(
          ID,
          Optional.empty(),
          "t",
          List.of("x"),
          "exited",
          Optional.of(3),
          1,
          2,
          3,
          4,
          5,
          "g",
          new Response.Usage(6, 7, 8, 9),
          true,
          10,
          "full",
          "healthy",
          List.of("tier=front"),
          "asked",
          "history");

  private static final PlacingRow PLACING =
      new PlacingRow(
          2,
          1,
          List.of(new PlacingRow.OfferRow("agent-1 (a)", "g", 1, false, 500, 9, "takes 1")),
          1,
          3,
          List.of("agent-2 (b)"),
          1,
          1500,
          "lacks 0.5 cores",
          List.of(new PlacingRow.FilledRow("./work", "mem", 3L << 30, "history", "2 runs", true)));

  static Stream<Request> requests() {
    return Stream.of(
        new Request.ListAgents(),
        new Request.ListHistory(),
        new Request.SetDefaults("t", 500, -1),
        new Request.ListGroups(),
        new Request.Spawn(
            List.of(
                ProcessSpec.of(List.of("sleep", "9"))
                    .count(3)
                    .name("web")
                    .cpuMillis(500)
                    .memoryBytes(1 << 20)
                    .resources(List.of("gpu=1"))
                    .constraints(List.of("spread zone"))
                    .labels(List.of("tier=front"))
                    .environment(List.of("A=1"))
                    .workingDirectory("/tmp")
                    .build(),
                ProcessSpec.of(List.of("true")).build()),
            5000),
        new Request.Plan(List.of(ProcessSpec.of(List.of("true")).build()), 60_000),
        new Request.SpawnPlan("plan-a-1"),
        new Request.PutPool(
            "resize", 0, 8, 60_000, ProcessSpec.of(List.of("./resize")).cpuMillis(500).build()),
        new Request.RemovePool("resize"),
        new Request.ListPools(),
        new Request.ExposeGateway(7500, 10_000, Bytes.utf8("0123456789abcdef")),
        new Request.PutFabric("dc2", List.of("http://10.2.0.1:7500"), Bytes.EMPTY),
        new Request.RemoveFabric("dc2"),
        new Request.ListFabrics(),
        new Request.Explain(Optional.of(ID), 1000),
        new Request.ListProcesses(true, 1000),
        new Request.StreamProcesses(true, 1000),
        new Request.Inspect(ID, 1000),
        new Request.Signal(List.of(ID), 15),
        new Request.Wait(ID, 1000),
        new Request.ReadLog(ID, true, 7),
        new Request.Send(Optional.of("me"), "web", Bytes.utf8("hello"), 1000),
        new Request.Receive("me", 1000),
        new Request.Lookup("web", 1000),
        new Request.Status(),
        new Request.ListServiceGroups("analytics"),
        new Request.AskAgents("g", 1000),
        new Request.ListEvents("", 1_700_000_000_000L, 1000),
        new Request.Post(Optional.of("me"), "all:web", Bytes.utf8("hello"), 1000),
        new Request.Call("any:web?key=7", Bytes.utf8("hello"), 1000),
        new Request.Take("me", 1000),
        new Request.Subscribe(Optional.empty(), "a/*", Request.WhenFull.WAIT, 10, 20),
        new Request.Unsubscribe("me", "a/*"),
        new Request.Publish(Optional.empty(), "a/b", Bytes.utf8("hello"), 1000),
        new Request.CloseMailbox("me"),
        new Request.Claim(ID, "web", 1000),
        new Request.Release(ID, "web"),
        new Request.OpenSharedQueue("me"),
        new Request.FindSharedQueue("any:web"),
        new Request.TakeForQueue("me", 1000),
        new Request.LeaveSharedQueue("me"),
        new Request.Describe(ID),
        new Request.OfferBundle(Bytes.utf8("manifest")),
        new Request.PutChunk("bundle", 7, Bytes.utf8("content")),
        new Request.ListBundles());
  }

  static Stream<Response> responses() {
    return Stream.of(
        new Response.Pools(
            List.of(new Response.PoolRow("t", "resize", 0, 8, 60_000, List.of("./resize")))),
        new Response.Done(),
        new Response.Described(ProcessSpec.of(List.of("x")).build()),
        new Response.Claimed(1 << 20, List.of("agent a")),
        new Response.Failed(ErrorKind.REFUSED, "no room"),
        new Response.Agents(
            List.of(
                new Response.AgentRow(
                    1, "a", "n", "alive", "g", "none", 2000, 9, 1000, 8, -1, 4, true))),
        new Response.Groups(List.of(new Response.GroupRow("g", 0, "a", List.of("a", "b"), 2))),
        new Response.Spawned(List.of(ID)),
        new Response.Planned("plan-a-1", 60_000, PLACING),
        new Response.Explained(List.of(ID), PLACING),
        new Response.Processes(List.of(ROW), List.of("group g")),
        new Response.MoreProcesses(List.of(ROW)),
        new Response.Output(Bytes.utf8("out"), 3, true),
        new Response.History(
            List.of(new Response.ProgramRow("t", "0a1b", "./work", 2, 9, 1, 2, 3, 4, 5))),
        new Response.Message(Optional.of(ID), ID, Bytes.EMPTY, 9),
        new Response.Mailboxes(List.of(new Response.MailboxRow(ID, "group", 80))),
        new Response.Status(
            "a",
            "n",
            2,
            1000,
            "g",
            3,
            1,
            4,
            new Response.Dropped(5, 6, 7),
            new Response.Messages(10, 1, 2, 3, 4, 5, 6, 7, 3, 1)),
        new Response.AgentAnswers(List.of(), List.of("agent a")),
        new Response.Events(
            List.of(new Response.EventRow("a", "n", 3, 9, "split", "g", "too many")), List.of()),
        new Response.Receipt(
            List.of(new Response.ReceiptRow(ID, "group", 80, 90, "it has ended")), List.of("x")),
        new Response.Reply(ID, Bytes.utf8("hi"), "server", 1, 2, List.of("it has ended")),
        new Response.Letter(Optional.of(ID), ID, "a/b", Bytes.utf8("hi"), 9),
        new Response.SharedQueue(ID, "/run/nefele/queues/1"),
        new Response.Missing("bundle", List.of(1, 7)),
        new Response.Bundles(
            List.of(new BundleRow("bundle", "tenant", 2, 3, 1, "coming", true, 5)),
            1 << 30,
            new BundleRow.Moved(1, 2, 3, 4, 5)),
        new Response.Subscribed(ID, List.of("agent a")),
        new Response.Published(1, 2, 3, 4, 5, 6, List.of("agent a")));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void everyRequestComesBackFromItsFrame(Request request) throws MalformedMessage {
    Frame frame = reparse(RequestCodec.toFrame(42, request));
    assertEquals(42, frame.request());
    assertEquals(request, RequestCodec.fromFrame(frame));
  }

  @ParameterizedTest
  @MethodSource("responses")
  void everyResponseComesBackFromItsFrame(Response response) throws MalformedMessage {
    Frame frame = reparse(ResponseCodec.toFrame(42, response));
    assertEquals(42, frame.request());
    assertEquals(response, ResponseCodec.fromFrame(frame));
  }

  @Test
  void rowsThatSomebodyElseEncodedAreReadAsRows() throws MalformedMessage {
    Response presented =
        new Response.PresentedProcesses(ResponseCodec.moreProcesses(List.of(ROW, ROW)));
    assertEquals(
        new Response.MoreProcesses(List.of(ROW, ROW)),
        ResponseCodec.fromFrame(reparse(ResponseCodec.toFrame(42, presented))));
  }

  @Property
  void anyFrameIsARequestOrMalformed(@ForAll byte type, @ForAll byte[] body) {
    Frame frame = new Frame(Frame.VERSION, type, 1, Bytes.copyOf(body));
    try {
      assertEquals(frame.type(), RequestCodec.toFrame(1, RequestCodec.fromFrame(frame)).type());
    } catch (MalformedMessage expected) {
      // The other of the two allowed outcomes.
    }
  }

  @Property
  void anyFrameIsAResponseOrMalformed(@ForAll byte type, @ForAll byte[] body) {
    Frame frame = new Frame(Frame.VERSION, type, 1, Bytes.copyOf(body));
    try {
      assertEquals(frame.type(), ResponseCodec.toFrame(1, ResponseCodec.fromFrame(frame)).type());
    } catch (MalformedMessage expected) {
      // The other of the two allowed outcomes.
    }
  }

  @Test
  void absurdLengthsAreRefusedBeforeAnythingIsAllocated() {
    assertThrows(MalformedMessage.class, () -> Frame.checkLength(-1));
    assertThrows(MalformedMessage.class, () -> Frame.checkLength(5));
    assertThrows(MalformedMessage.class, () -> Frame.checkLength(Frame.MAX_FRAME_BYTES + 1));
  }

  private static Frame reparse(Frame frame) throws MalformedMessage {
    ByteBuffer buffer = frame.toBuffer();
    byte[] content = new byte[Frame.checkLength(buffer.getInt())];
    buffer.get(content);
    return Frame.parse(content);
  }
}
