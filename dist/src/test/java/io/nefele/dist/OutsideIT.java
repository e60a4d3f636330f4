package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages to a server that is not of the fabric, and from programs that are not. */
@Timeout(120)
class OutsideIT {
  private static final String SERVER =
      "while nefele recv --reply \"$NEFELE_ID\" >/dev/null; do :; done";

  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();
  private final Installed nefele = FABRIC.nefele();

  @Test
  void aServerOutside_isCalled_whereTheTenantMay() throws IOException {
    try (ServerSocket echo = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> serve(echo));
      String to = "tcp://127.0.0.1:" + echo.getLocalPort();
      assertEquals(List.of("hello"), nefele.lines("call", "--at", "2", to, "hello"));
      assertTrue(nefele.lines("lookup", to).getLast().contains(" outside "));
      nefele.lines("tenant", "create", "inside");
      assertRefused(nefele.run("call", "--tenant", "inside", to, "hello"), "may reach nothing");
      nefele.lines("tenant", "grant", "inside", "--outside", "any");
      assertRefused(
          nefele.run("call", "--tenant", "inside", to, "hello"), "the agent's own server");
      nefele.lines("tenant", "grant", "inside", "--outside", "127.0.0.1");
      assertEquals(List.of("hello"), nefele.lines("call", "--tenant", "inside", to, "hello"));
      nefele.lines("tenant", "remove", "inside");
    }
  }

  @Test
  void aPool_isCalledFromOutside_byPlainConnectionsAndByHttp() throws Exception {
    int plain = freePort();
    int web = freePort();
    String id = nefele.lines("spawn", "--name", "shown", "--", "sh", "-c", SERVER).getFirst();
    nefele.lines("expose", "shown", "--port", Integer.toString(plain));
    nefele.lines("expose", "shown", "--http", "--at", "2", "--port", Integer.toString(web));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), plain)) {
      socket.getOutputStream().write("who?".getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      byte[] reply = socket.getInputStream().readAllBytes();
      assertEquals(id, new String(reply, StandardCharsets.UTF_8));
    }
    HttpResponse<String> answer = post(web);
    assertEquals(200, answer.statusCode());
    assertEquals(id, answer.body());
    nefele.lines("kill", id);
    nefele.run("wait", id);
    assertEquals(503, post(web).statusCode());
    assertRefused(
        nefele.run("expose", "shown", "--port", Integer.toString(plain)), "leads to another name");
    nefele.lines("unexpose", Integer.toString(plain));
    nefele.lines("unexpose", "--at", "2", Integer.toString(web));
  }

  private static HttpResponse<String> post(int port) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
              .POST(HttpRequest.BodyPublishers.ofString("who?"))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static void assertRefused(Installed.Ended ended, String why) {
    assertEquals(4, ended.exitCode(), ended::toString);
    assertTrue(ended.err().contains(why), ended::toString);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void serve(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        socket.getInputStream().transferTo(socket.getOutputStream());
      } catch (IOException e) {
        // It is closed with the test.
      }
    }
  }
}
