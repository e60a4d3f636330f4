package io.nefele.agent.outside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.agent.core.AgentInput;
import io.nefele.core.Bytes;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.table.tenant.RegistryEntry.Behind;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real connections of this test to ports on the loopback; the test answers as the core. */
@Timeout(30)
class ExposuresTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private Function<Bytes, Response> core = ExposuresTest::reply;
  private Function<AgentInput.CameThroughGateway, Response> through = came -> new Response.Done();
  private Exposures exposures = new Exposures("127.0.0.1", this::called);

  ExposuresTest() throws IOException {}

  @BeforeEach
  void answerAsIsUsual() {
    core = ExposuresTest::reply;
  }

  @AfterEach
  void close() {
    exposures.close();
  }

  private void called(AgentInput input) {
    if (input instanceof AgentInput.CameThroughGateway came) {
      exposures.reply(came.token(), through.apply(came));
      return;
    }
    AgentInput.CalledFromOutside call = assertInstanceOf(AgentInput.CalledFromOutside.class, input);
    assertTrue(call.token().isOfOutside());
    exposures.reply(call.token(), core.apply(call.payload()));
  }

  private static Response reply(Bytes payload) {
    return new Response.Reply(
        ProcessId.parse("7h3kq2m9x4.1.17"),
        Bytes.utf8("to " + payload.utf8()),
        "server",
        0,
        0,
        List.of());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
      return socket.getLocalPort();
    }
  }

  private int listen(boolean web) throws IOException {
    return listen(named(web));
  }

  private int listen(Behind behind) throws IOException {
    int port = freePort();
    assertEquals(new AgentInput.Listening(port), exposures.listen(port, behind));
    return port;
  }

  private static Behind named(boolean web) {
    return new Behind.Named(new Name("shown"), web);
  }

  private static String talk(int port, String text) throws IOException {
    try (Socket socket = new Socket(LOOPBACK, port)) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Not with the client that WebCall sets up: that takes its settings from who is first. */
  private static HttpURLConnection connect(int port, String path) throws IOException {
    URI target = URI.create("http://127.0.0.1:" + port + path);
    return assertInstanceOf(HttpURLConnection.class, target.toURL().openConnection());
  }

  /** The status and, if that is 200, the body. */
  private static String http(String method, int port, String body) throws IOException {
    HttpURLConnection connection = connect(port, "/any/path");
    connection.setRequestMethod(method);
    if (method.equals("POST")) {
      connection.setDoOutput(true);
      connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    }
    int status = connection.getResponseCode();
    if (status != 200) {
      return Integer.toString(status);
    }
    try (InputStream in = connection.getInputStream()) {
      return status + " " + new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aConnection_isACall() throws IOException {
    int port = listen(false);
    assertEquals("to hello", talk(port, "hello"));
    assertEquals("to ", talk(port, ""));
    core = payload -> new Response.Failed(ErrorKind.FAILED, "nobody");
    assertEquals("", talk(port, "hello"));
  }

  @Test
  void aPost_isACall_andItsStatusSaysWhatCameOfIt() throws IOException {
    int port = listen(true);
    assertEquals("200 to hello", http("POST", port, "hello"));
    assertEquals("405", http("GET", port, ""));
    core = payload -> new Response.Failed(ErrorKind.FAILED, "nobody");
    assertEquals("503", http("POST", port, ""));
    core = payload -> new Response.Failed(ErrorKind.PARTIAL, "late");
    assertEquals("504", http("POST", port, ""));
  }

  @Test
  void aPortInUse_isNamed_andOneThatIsGivenUpIsFree() throws IOException {
    int port = listen(false);
    AgentInput.ListenFailed failed =
        assertInstanceOf(AgentInput.ListenFailed.class, exposures.listen(port, named(true)));
    assertTrue(failed.why().contains("port " + port + " of 127.0.0.1 can't be used"), failed::why);
    exposures.stopListening(port);
    assertEquals(new AgentInput.Listening(port), exposures.listen(port, named(true)));
  }

  /** What a POST to a gateway is answered with: status and body. */
  private static String post(int port, String path, Map<String, String> headers)
      throws IOException {
    HttpURLConnection connection = connect(port, path);
    headers.forEach(connection::setRequestProperty);
    connection.setDoOutput(true);
    connection.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
    int status = connection.getResponseCode();
    assertEquals("1", connection.getHeaderField("Nefele-Gateway"));
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      return (status + " " + new String(in.readAllBytes(), StandardCharsets.UTF_8)).strip();
    }
  }

  private static String post(int port, String path) throws IOException {
    return post(port, path, Map.of());
  }

  @Test
  void atAGateway_eachPostIsForWhoeverItsPathNames() throws Exception {
    int port = listen(new Behind.Everybody(Bytes.EMPTY));
    through = came -> reply(Bytes.utf8(came.kind() + " " + came.to()));
    assertEquals("200 to CALL any:web?key=a b", post(port, "/call/any%3Aweb%3Fkey%3Da%20b"));
    assertEquals("200 to SEND a/b", post(port, "/send/a%2Fb"));
    through = came -> new Response.Done();
    assertEquals("204", post(port, "/send/web"));
    for (String path : List.of("/", "/web", "/call", "/send/web?x=y")) {
      assertEquals("400", post(port, path).substring(0, 3), path);
    }
  }

  @Test
  void whatComesOfIt_isInTheStatus() throws Exception {
    int port = listen(new Behind.Everybody(Bytes.EMPTY));
    for (Map.Entry<ErrorKind, Integer> each :
        Map.of(
                ErrorKind.USAGE, 400,
                ErrorKind.FAILED, 404,
                ErrorKind.REFUSED, 503,
                ErrorKind.PARTIAL, 504,
                ErrorKind.UNREACHABLE, 504)
            .entrySet()) {
      through = came -> new Response.Failed(each.getKey(), "for a reason");
      assertEquals(each.getValue() + " for a reason", post(port, "/send/web"));
    }
  }

  @Test
  void aGatewayWithAKey_takesOnlyWhatIsSignedWithIt() throws Exception {
    Bytes key = Bytes.utf8("0123456789abcdef");
    int port = listen(new Behind.Everybody(key));
    through = came -> new Response.Done();
    assertEquals("401", post(port, "/send/web").substring(0, 3));
    long now = Instant.now().getEpochSecond();
    String seal = Seal.of(key, "/send/web", Bytes.utf8("hello"), now);
    assertEquals("204", post(port, "/send/web", Map.of(Seal.HEADER, seal)));
    assertEquals("401", post(port, "/send/db", Map.of(Seal.HEADER, seal)).substring(0, 3));
  }
}
