package io.nefele.agent.outside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.Gateway;
import io.nefele.agent.core.OutsideAddress;
import io.nefele.agent.core.OutsideOrder;
import io.nefele.agent.core.OutsideOutcome;
import io.nefele.core.Bytes;
import io.nefele.core.FabricName;
import io.nefele.wire.Address;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On real connections, to servers of this test on the loopback. */
@Timeout(30)
class OutsideWorldTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final OutsideAddress HERE =
      new OutsideAddress(Bytes.wrap(LOOPBACK.getAddress()), "127.0.0.1", true);

  private final BlockingQueue<AgentInput> inputs = new LinkedBlockingQueue<>();
  private final OutsideWorld world = new OutsideWorld(inputs::add);

  @AfterEach
  void close() {
    world.close();
  }

  private AgentInput next() throws InterruptedException {
    AgentInput input = inputs.poll(20, TimeUnit.SECONDS);
    return assertInstanceOf(AgentInput.class, input);
  }

  private OutsideOutcome go(OutsideOrder.Kind kind, String to, Bytes payload, int timeoutMillis)
      throws InterruptedException {
    return go(kind, to, Optional.empty(), payload, timeoutMillis);
  }

  private OutsideOutcome go(
      OutsideOrder.Kind kind,
      String to,
      Optional<Gateway> gateway,
      Bytes payload,
      int timeoutMillis)
      throws InterruptedException {
    Address.Server address = assertInstanceOf(Address.Server.class, Address.parse(to));
    world.go(
        new AgentEffect.GoOutside(
            1, kind, address, gateway, List.of(HERE), payload, timeoutMillis, timeoutMillis));
    return assertInstanceOf(AgentInput.CameBack.class, next()).outcome();
  }

  private static ServerSocket listen(Conversation conversation) throws IOException {
    ServerSocket server = new ServerSocket(0, 8, LOOPBACK);
    Thread.ofVirtual()
        .start(
            () -> {
              try (Socket socket = server.accept()) {
                conversation.with(socket);
              } catch (IOException e) {
                // The test sees it from the other side.
              }
            });
    return server;
  }

  private interface Conversation {
    void with(Socket socket) throws IOException;
  }

  private static String tcp(ServerSocket server) {
    return "tcp://127.0.0.1:" + server.getLocalPort();
  }

  @Test
  void aCallOverTcp_bringsBackAllUntilTheEnd() throws Exception {
    byte[] much = new byte[5 << 20];
    much[much.length - 1] = 7;
    try (ServerSocket echo =
        listen(socket -> socket.getInputStream().transferTo(socket.getOutputStream()))) {
      OutsideOutcome outcome = go(OutsideOrder.Kind.CALL, tcp(echo), Bytes.wrap(much), 10_000);
      OutsideOutcome.Done done = assertInstanceOf(OutsideOutcome.Done.class, outcome);
      assertEquals(Bytes.wrap(much), done.reply());
      assertTrue(done.connectMicros() >= 0);
    }
  }

  @Test
  void whatIsSent_arrivesWhole() throws Exception {
    BlockingQueue<String> got = new LinkedBlockingQueue<>();
    try (ServerSocket sink =
        listen(socket -> got.add(new String(socket.getInputStream().readAllBytes(), "UTF-8")))) {
      assertInstanceOf(
          OutsideOutcome.Done.class,
          go(OutsideOrder.Kind.SEND, tcp(sink), Bytes.utf8("hello"), 5_000));
      assertEquals("hello", got.poll(5, TimeUnit.SECONDS));
    }
  }

  @Test
  void whereNobodyListens_itIsRefused() throws Exception {
    String nobody;
    try (ServerSocket closed = new ServerSocket(0, 1, LOOPBACK)) {
      nobody = tcp(closed);
    }
    OutsideOutcome.Refused refused =
        assertInstanceOf(
            OutsideOutcome.Refused.class, go(OutsideOrder.Kind.CALL, nobody, Bytes.EMPTY, 5_000));
    assertTrue(refused.why().contains("Connection refused"), refused::why);
  }

  @Test
  void whoNeverAnswers_isGivenUpInTime() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 8, LOOPBACK)) {
      assertInstanceOf(
          OutsideOutcome.Unanswered.class,
          go(OutsideOrder.Kind.CALL, tcp(silent), Bytes.EMPTY, 100));
      // Takes nothing, so that the writing side waits, too.
      assertInstanceOf(
          OutsideOutcome.Unanswered.class,
          go(OutsideOrder.Kind.SEND, tcp(silent), Bytes.wrap(new byte[64 << 20]), 200));
    }
  }

  @Test
  void moreThanAMessageHas_isNotTaken() throws Exception {
    try (ServerSocket endless =
        listen(
            socket -> {
              byte[] block = new byte[1 << 20];
              while (true) {
                socket.getOutputStream().write(block);
              }
            })) {
      OutsideOutcome.Unanswered unanswered =
          assertInstanceOf(
              OutsideOutcome.Unanswered.class,
              go(OutsideOrder.Kind.CALL, tcp(endless), Bytes.EMPTY, 20_000));
      assertTrue(unanswered.why().contains("67108864"), unanswered::why);
    }
  }

  @Test
  void overHttp_theBodyComesBack_andABadStatusIsNamed() throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 8);
    server.createContext(
        "/",
        exchange -> {
          try (InputStream in = exchange.getRequestBody()) {
            String said =
                exchange.getRequestMethod()
                    + " "
                    + exchange.getRequestHeaders().getFirst("Host").replaceAll(":.*", "")
                    + exchange.getRequestURI()
                    + " "
                    + new String(in.readAllBytes(), "UTF-8");
            int status = exchange.getRequestURI().getPath().equals("/lost") ? 404 : 200;
            exchange.sendResponseHeaders(status, 0);
            exchange.getResponseBody().write(said.getBytes("UTF-8"));
          }
          exchange.close();
        });
    server.start();
    try {
      String to = "http://some-name:" + server.getAddress().getPort();
      OutsideOutcome outcome = go(OutsideOrder.Kind.CALL, to + "/a?b", Bytes.utf8("hello"), 10_000);
      OutsideOutcome.Done done = assertInstanceOf(OutsideOutcome.Done.class, outcome);
      assertEquals("POST some-name/a?b hello", done.reply().utf8());
      OutsideOutcome.Refused lost =
          assertInstanceOf(
              OutsideOutcome.Refused.class,
              go(OutsideOrder.Kind.CALL, to + "/lost", Bytes.EMPTY, 10_000));
      assertTrue(lost.why().contains("404"), lost::why);
    } finally {
      server.stop(0);
    }
  }

  /** What comes of a call through a gateway that answers with that status. */
  private OutsideOutcome throughGateway(int status, boolean gateway, Bytes secret)
      throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 8);
    server.createContext(
        "/",
        exchange -> {
          try (InputStream in = exchange.getRequestBody()) {
            String seal = exchange.getRequestHeaders().getFirst(Seal.HEADER);
            byte[] said = ("sealed: " + (seal != null) + "\n").getBytes("UTF-8");
            in.readAllBytes();
            if (gateway) {
              exchange.getResponseHeaders().set(GatewayPort.HEADER, "1");
            }
            exchange.sendResponseHeaders(status, status == 204 ? -1 : said.length);
            if (status != 204) {
              exchange.getResponseBody().write(said);
            }
          }
          exchange.close();
        });
    server.start();
    try {
      return go(
          OutsideOrder.Kind.CALL,
          "http://127.0.0.1:" + server.getAddress().getPort() + "/call/web",
          Optional.of(new Gateway(new FabricName("dc2"), secret)),
          Bytes.utf8("hello"),
          10_000);
    } finally {
      server.stop(0);
    }
  }

  private OutsideOutcome throughGateway(int status) throws Exception {
    return throughGateway(status, true, Bytes.EMPTY);
  }

  @Test
  void whatAGatewaySays_tellsWhetherItWasDone() throws Exception {
    OutsideOutcome.Done done = assertInstanceOf(OutsideOutcome.Done.class, throughGateway(200));
    assertEquals("sealed: false\n", done.reply().utf8());
    assertInstanceOf(OutsideOutcome.Done.class, throughGateway(204));
    assertEquals(new OutsideOutcome.Refused("sealed: false"), throughGateway(503));
    OutsideOutcome.Declined nobody =
        assertInstanceOf(OutsideOutcome.Declined.class, throughGateway(404));
    assertEquals(ErrorKind.FAILED, nobody.kind());
    assertTrue(nobody.why().contains("nobody in fabric dc2 has that: sealed"), nobody::why);
    for (int status : List.of(400, 401, 413)) {
      assertInstanceOf(OutsideOutcome.Declined.class, throughGateway(status));
    }
    for (int status : List.of(500, 502, 504)) {
      assertInstanceOf(OutsideOutcome.Unanswered.class, throughGateway(status));
    }
  }

  @Test
  void whatIsNoGateway_isNotTakenForOne() throws Exception {
    for (int status : List.of(302, 404, 503)) {
      OutsideOutcome outcome = throughGateway(status, false, Bytes.EMPTY);
      assertInstanceOf(OutsideOutcome.Refused.class, outcome);
    }
    for (int status : List.of(200, 500)) {
      OutsideOutcome outcome = throughGateway(status, false, Bytes.EMPTY);
      assertInstanceOf(OutsideOutcome.Unanswered.class, outcome);
    }
  }

  @Test
  void whatGoesToAGatewayWithAKey_isSigned() throws Exception {
    OutsideOutcome.Done done =
        assertInstanceOf(
            OutsideOutcome.Done.class, throughGateway(200, true, Bytes.utf8("0123456789abcdef")));
    assertEquals("sealed: true\n", done.reply().utf8());
  }

  @Test
  void whatLeadsBackToTheServerItself_isKnownAsThat() throws Exception {
    for (String host : List.of("127.0.0.1", "0.0.0.0", "::1", "2130706433", "169.254.169.254")) {
      world.lookUp(new AgentEffect.LookUp(1, host, 10_000));
      AgentInput.LookedUp found = assertInstanceOf(AgentInput.LookedUp.class, next());
      assertTrue(found.addresses().stream().allMatch(OutsideAddress::local), host);
      assertTrue(!found.addresses().isEmpty(), host);
    }
    world.lookUp(new AgentEffect.LookUp(2, "192.0.2.1", 10_000));
    AgentInput.LookedUp far = assertInstanceOf(AgentInput.LookedUp.class, next());
    assertEquals(List.of(false), far.addresses().stream().map(OutsideAddress::local).toList());
  }
}
