package io.nefele.lib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Frame;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import io.nefele.wire.Response.ProcessRow;
import io.nefele.wire.ResponseCodec;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class NefeleTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path directory = Path.of("");
  private Path socket = directory;

  @BeforeEach
  void nameSocket() {
    socket = directory.resolve("agent.sock");
  }

  @Test
  void manyThreadsShareOneConnection_answersComeInAnyOrder() throws Exception {
    int callers = 200;
    CountDownLatch allAsked = new CountDownLatch(callers);
    BlockingQueue<Integer> numbers = new LinkedBlockingQueue<>();
    BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    BlockingQueue<FakeAgent.Client> clients = new LinkedBlockingQueue<>();
    try (FakeAgent agent =
            FakeAgent.start(
                socket,
                (number, request, client) -> {
                  numbers.add(number);
                  requests.add(request);
                  clients.add(client);
                  allAsked.countDown();
                });
        Nefele nefele = Nefele.connect(socket);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Response.Processes>> answers = new ArrayList<>();
      for (int i = 1; i <= callers; i++) {
        ProcessId id = id(i);
        answers.add(threads.submit(() -> nefele.inspect(id, SECOND)));
      }
      assertTrue(allAsked.await(20, TimeUnit.SECONDS));

      List<Integer> asked = List.copyOf(numbers);
      List<Request> what = List.copyOf(requests);
      for (int i = callers - 1; i >= 0; i--) {
        ProcessId id = ((Request.Inspect) what.get(i)).process();
        clients.peek().answer(asked.get(i), processes(id));
      }

      for (int i = 1; i <= callers; i++) {
        assertEquals(id(i), answers.get(i - 1).get(20, TimeUnit.SECONDS).rows().getFirst().id());
      }
      assertEquals(callers, asked.stream().distinct().count());
    }
  }

  @Test
  void agentThatDiesInMidCallAndDoesNotReturn_failsThatCallAndLaterOnes() throws Exception {
    try (FakeAgent agent = FakeAgent.start(socket, (number, request, client) -> client.hangUp());
        Nefele nefele = Nefele.connect(socket, Duration.ofMillis(100))) {
      NefeleException inCall = assertThrows(NefeleException.class, nefele::agents);
      assertEquals(ErrorKind.UNREACHABLE, inCall.kind());
      assertTrue(inCall.getMessage().contains("closed the connection"), inCall.getMessage());
      assertEquals(
          ErrorKind.UNREACHABLE, assertThrows(NefeleException.class, nefele::groups).kind());
    }
  }

  @Test
  void receiverThatWaits_doesNotNoticeTheAgentsRestart() throws Exception {
    BlockingQueue<Request> asked = new LinkedBlockingQueue<>();
    Nefele nefele;
    Future<Optional<Response.Message>> received;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try (FakeAgent first =
          FakeAgent.start(socket, (number, request, client) -> asked.add(request))) {
        nefele = Nefele.connect(socket);
        received = threads.submit(() -> nefele.receive("me", Duration.ofMinutes(1)));
        assertEquals(new Request.Receive("me", 60_000), asked.poll(20, TimeUnit.SECONDS));
      }
      Files.delete(socket);
      try (FakeAgent second =
          FakeAgent.answering(
              socket,
              request -> {
                asked.add(request);
                return new Response.Message(Optional.empty(), id(1), Bytes.utf8("hello"), 1);
              })) {
        assertEquals("hello", received.get(20, TimeUnit.SECONDS).orElseThrow().payload().utf8());
        Request again = asked.poll(20, TimeUnit.SECONDS);
        assertTrue(
            again instanceof Request.Receive(String as, int timeoutMillis)
                && as.equals("me")
                && timeoutMillis < 60_000,
            String.valueOf(again));
      } finally {
        nefele.close();
      }
    }
  }

  @Test
  void whatMayHaveBeenDone_isNotDoneAgain() throws Exception {
    BlockingQueue<Request> asked = new LinkedBlockingQueue<>();
    try (FakeAgent agent =
            FakeAgent.start(
                socket,
                (number, request, client) -> {
                  asked.add(request);
                  client.hangUp();
                });
        Nefele nefele = Nefele.connect(socket)) {
      NefeleException e =
          assertThrows(
              NefeleException.class,
              () -> nefele.send(Optional.empty(), "you", Bytes.EMPTY, SECOND));
      assertEquals(ErrorKind.UNREACHABLE, e.kind());
      assertTrue(e.getMessage().contains("whether it did what was asked"), e.getMessage());
      assertEquals(1, asked.size());
    }
  }

  @Test
  void callAfterARestart_goesToTheNewAgent() throws Exception {
    CountDownLatch hungUp = new CountDownLatch(1);
    Nefele nefele;
    try (FakeAgent first =
        FakeAgent.start(
            socket,
            (number, request, client) -> {
              client.hangUp();
              hungUp.countDown();
            })) {
      nefele = Nefele.connect(socket);
      assertThrows(NefeleException.class, () -> nefele.signal(List.of(id(1)), 15));
      assertTrue(hungUp.await(20, TimeUnit.SECONDS));
    }
    Files.delete(socket);
    try (FakeAgent second = FakeAgent.answering(socket, request -> new Response.Done())) {
      nefele.send(Optional.empty(), "you", Bytes.EMPTY, SECOND);
    } finally {
      nefele.close();
    }
  }

  @Test
  void whatIsNotTheProtocol_isNamedAsSuch() throws Exception {
    ByteBuffer web =
        ByteBuffer.wrap("HTTP/1.1 400 Bad Request\r\n".getBytes(StandardCharsets.US_ASCII));
    try (FakeAgent agent = FakeAgent.start(socket, (number, request, client) -> client.write(web));
        Nefele nefele = Nefele.connect(socket)) {
      NefeleException e = assertThrows(NefeleException.class, nefele::agents);
      assertEquals(ErrorKind.FAILED, e.kind());
      assertTrue(e.getMessage().contains("does not speak Nefele's protocol"), e.getMessage());
    }
  }

  @Test
  void agentOfAnotherVersion_isNamedWithBothVersions() throws Exception {
    try (FakeAgent agent =
            FakeAgent.start(
                socket,
                (number, request, client) ->
                    client.write(new Frame(2, 1, number, Bytes.EMPTY).toBuffer()));
        Nefele nefele = Nefele.connect(socket)) {
      NefeleException e = assertThrows(NefeleException.class, nefele::agents);
      assertTrue(e.getMessage().contains("version 2, this program version 1"), e.getMessage());
    }
  }

  @Test
  void refusal_comesWithItsKindAndReason() throws Exception {
    try (FakeAgent agent =
            FakeAgent.answering(
                socket, request -> new Response.Failed(ErrorKind.REFUSED, "no room for 3"));
        Nefele nefele = Nefele.connect(socket)) {
      NefeleException e = assertThrows(NefeleException.class, nefele::agents);
      assertEquals(ErrorKind.REFUSED, e.kind());
      assertEquals("no room for 3", e.getMessage());
    }
  }

  @Test
  void answerOfAnotherType_isNotTaken() throws Exception {
    try (FakeAgent agent = FakeAgent.answering(socket, request -> new Response.Done());
        Nefele nefele = Nefele.connect(socket)) {
      assertEquals(ErrorKind.FAILED, assertThrows(NefeleException.class, nefele::agents).kind());
    }
  }

  @Test
  void silentAgent_isGivenUpAndTheConnectionLivesOn() throws Exception {
    try (FakeAgent agent =
            FakeAgent.start(
                socket,
                (number, request, client) -> {
                  if (request instanceof Request.ListGroups) {
                    // The late answer to the first request, too, which nobody awaits any more.
                    client.answer(number - 1, new Response.Agents(List.of()));
                    client.answer(number, new Response.Groups(List.of()));
                  }
                });
        Connection connection = Connection.open(socket)) {
      NefeleException e =
          assertThrows(NefeleException.class, () -> connection.call(new Request.ListAgents(), 30));
      assertEquals(ErrorKind.UNREACHABLE, e.kind());
      assertTrue(e.getMessage().contains("did not answer within 30 ms"), e.getMessage());
      assertEquals(
          new Response.Groups(List.of()), connection.call(new Request.ListGroups(), 20_000));
    }
  }

  @Test
  void closing_freesThreadsThatWait() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    try (FakeAgent agent = FakeAgent.start(socket, (number, request, client) -> asked.countDown());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Nefele nefele = Nefele.connect(socket);
      Future<NefeleException> waiting =
          threads.submit(() -> assertThrows(NefeleException.class, nefele::agents));
      assertTrue(asked.await(20, TimeUnit.SECONDS));
      nefele.close();
      assertTrue(waiting.get(20, TimeUnit.SECONDS).getMessage().contains("has been closed"));
    }
  }

  @Test
  void nobodyThere_namesThePathAndTheRemedy() {
    NefeleException e = assertThrows(NefeleException.class, () -> Nefele.connect(socket));
    assertEquals(ErrorKind.UNREACHABLE, e.kind());
    assertTrue(e.getMessage().contains("no agent runs at " + socket), e.getMessage());
    assertTrue(e.getMessage().contains("nefele up"), e.getMessage());
  }

  @Test
  void socketOfAStoppedAgent_isToldApartFromNone() throws Exception {
    try (ServerSocketChannel stopped = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stopped.bind(UnixDomainSocketAddress.of(socket));
    }
    assertTrue(Files.exists(socket));
    NefeleException e = assertThrows(NefeleException.class, () -> Nefele.connect(socket));
    assertEquals(ErrorKind.UNREACHABLE, e.kind());
    assertTrue(e.getMessage().contains("it has stopped"), e.getMessage());
  }

  @Test
  void pathThatLinuxCannotTake_isWrongUsage() {
    Path longest = directory.resolve("x".repeat(120)).resolve("agent.sock");
    NefeleException e = assertThrows(NefeleException.class, () -> Nefele.connect(longest));
    assertEquals(ErrorKind.USAGE, e.kind());
    assertTrue(e.getMessage().contains("107 bytes"), e.getMessage());
  }

  @Test
  void firstSocketThatAnswers_isTaken() throws Exception {
    Path other = directory.resolve("other.sock");
    try (FakeAgent agent = FakeAgent.answering(other, request -> new Response.Groups(List.of()));
        Nefele nefele = Nefele.connectToFirst(List.of(socket, other))) {
      assertEquals(List.of(), nefele.groups());
    }
  }

  @Test
  void largeMessages_passWholeInBothDirections() throws Exception {
    byte[] content = new byte[5 << 20];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * 31 >> 7);
    }
    Bytes payload = Bytes.wrap(content);
    BlockingQueue<Bytes> stored = new LinkedBlockingQueue<>();
    try (FakeAgent agent =
            FakeAgent.answering(
                socket,
                request -> {
                  if (request instanceof Request.Send send) {
                    stored.add(send.payload());
                    return new Response.Done();
                  }
                  return new Response.Message(Optional.of(id(1)), id(2), payload, 7);
                });
        Nefele nefele = Nefele.connect(socket)) {
      nefele.send(Optional.empty(), "big", payload, SECOND);
      assertEquals(payload, stored.poll(20, TimeUnit.SECONDS));
      assertEquals(payload, nefele.receive("me", SECOND).orElseThrow().payload());
    }
  }

  @Test
  void messageBeyondTheLimit_isRefusedBeforeItIsSent() throws Exception {
    BlockingQueue<Request> seen = new LinkedBlockingQueue<>();
    try (FakeAgent agent = FakeAgent.start(socket, (number, request, client) -> seen.add(request));
        Nefele nefele = Nefele.connect(socket)) {
      Bytes tooMuch = Bytes.wrap(new byte[Frame.MAX_PAYLOAD_BYTES + 1]);
      NefeleException e =
          assertThrows(
              NefeleException.class, () -> nefele.send(Optional.empty(), "big", tooMuch, SECOND));
      assertEquals(ErrorKind.USAGE, e.kind());
      assertTrue(e.getMessage().contains("64 MiB"), e.getMessage());
      assertTrue(seen.isEmpty());
    }
  }

  @Test
  void noMessageInTime_isAValueAndNotAFailure() throws Exception {
    try (FakeAgent agent =
            FakeAgent.answering(
                socket, request -> new Response.Failed(ErrorKind.PARTIAL, "none came"));
        Nefele nefele = Nefele.connect(socket)) {
      assertEquals(Optional.empty(), nefele.receive("me", Duration.ZERO));
    }
  }

  @Test
  void halfAFrameBeforeTheEnd_isAnAgentThatIsGone() throws Exception {
    try (FakeAgent agent =
            FakeAgent.start(
                socket,
                (number, request, client) -> {
                  ByteBuffer frame = ResponseCodec.toFrame(number, processes(id(1))).toBuffer();
                  client.write(frame.limit(frame.limit() / 2));
                  client.hangUp();
                });
        Nefele nefele = Nefele.connect(socket, Duration.ZERO)) {
      NefeleException e = assertThrows(NefeleException.class, () -> nefele.ps(false, SECOND));
      assertEquals(ErrorKind.UNREACHABLE, e.kind());
    }
  }

  @Test
  void rowsThatComeInSeveralFrames_areOneAnswerInTheOrderOfTheirIds() throws Exception {
    try (FakeAgent agent =
            FakeAgent.start(
                socket,
                (number, request, client) -> {
                  client.answer(number, new Response.MoreProcesses(processes(id(3)).rows()));
                  client.answer(number + 1, new Response.MoreProcesses(processes(id(7)).rows()));
                  client.answer(number, new Response.MoreProcesses(processes(id(2)).rows()));
                  client.answer(number, processes(id(1)));
                });
        Nefele nefele = Nefele.connect(socket)) {
      assertEquals(
          List.of(id(1), id(2), id(3)),
          nefele.ps(false, SECOND).rows().stream().map(ProcessRow::id).toList());
    }
  }

  private static ProcessId id(int counter) {
    return ProcessId.parse("7h3kq2m9x4.1." + counter);
  }

  private static Response.Processes processes(ProcessId id) {
    return new Response.Processes(
        List.of(
            new ProcessRow(
                id,
                Optional.empty(),
                "t",
                List.of("x"),
                "running",
                Optional.empty(),
                1,
                2,
                3,
                4,
                5,
                "g",
                new Response.Usage(6, 7, 8, 9),
                false,
                0,
                "full",
                "",
                List.of(),
                "asked",
                "asked")),
        List.of());
  }
}
