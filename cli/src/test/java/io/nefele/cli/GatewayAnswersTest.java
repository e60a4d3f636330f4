package io.nefele.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.Bytes;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What commands ask of an agent about other fabrics, and what they make of its answer. */
@Timeout(30)
class GatewayAnswersTest {
  private static final Response FABRICS =
      new Response.Fabrics(
          List.of(
              new Response.FabricRow("dc2", List.of("http://10.2.0.1:7500", "https://b"), true),
              new Response.FabricRow("dc3", List.of("http://c"), false)));

  @TempDir Path directory = Path.of("");
  private AskedAgent agent = new AskedAgent(directory);

  @BeforeEach
  void started() {
    agent = new AskedAgent(directory);
  }

  private static Response done(Request request) {
    return new Response.Done();
  }

  @Test
  void fabrics_areATable_orAreInJson() throws IOException {
    String table =
        """
        FABRIC  SIGNED  GATEWAYS
        dc2     yes     http://10.2.0.1:7500 https://b
        dc3     no      http://c
        """;
    assertEquals(table, agent.ask(request -> FABRICS, "fabric").out());
    assertEquals(table, agent.ask(request -> FABRICS, "fabric", "list").out());
    assertEquals(
        """
        [
         {"name":"dc2","gateways":["http://10.2.0.1:7500","https://b"],"signed":true},
         {"name":"dc3","gateways":["http://c"],"signed":false}
        ]
        """,
        agent.ask(request -> FABRICS, "fabric", "--json").out());
  }

  @Test
  void fabric_add_tellsWhereItsGatewaysAre_andWithWhatKey() throws IOException {
    agent.ask(GatewayAnswersTest::done, "fabric", "add", "dc2", "http://a:1", "https://b");
    assertEquals(
        List.of(new Request.PutFabric("dc2", List.of("http://a:1", "https://b"), Bytes.EMPTY)),
        agent.asked);
    Path key = Files.writeString(directory.resolve("key"), "0123456789abcdef");
    agent.ask(
        GatewayAnswersTest::done, "fabric", "add", "dc2", "http://a", "--key-file", key.toString());
    assertEquals(
        List.of(new Request.PutFabric("dc2", List.of("http://a"), Bytes.utf8("0123456789abcdef"))),
        agent.asked);
  }

  @Test
  void fabric_remove_namesIt() throws IOException {
    agent.ask(GatewayAnswersTest::done, "fabric", "remove", "dc2");
    assertEquals(List.of(new Request.RemoveFabric("dc2")), agent.asked);
  }

  @Test
  void aKeyThatCouldBeGuessed_isRefused() throws IOException {
    Path key = Files.writeString(directory.resolve("key"), "secret\n");
    Ran ran =
        agent.ask(
            GatewayAnswersTest::done,
            "fabric",
            "add",
            "dc2",
            "http://a",
            "--key-file",
            key.toString());
    assertEquals(2, ran.exitCode());
    assertTrue(ran.err().contains("has 7 bytes, and a key 16 to 4096"), ran::err);
    assertEquals(List.of(), agent.asked);
  }

  @Test
  void expose_opensAGateway() throws IOException {
    agent.ask(GatewayAnswersTest::done, "expose", "--gateway", "--port", "7500", "--timeout", "3s");
    assertEquals(List.of(new Request.ExposeGateway(7500, 3_000, Bytes.EMPTY)), agent.asked);
  }

  @Test
  void expose_showsAGateway_asThat() throws IOException {
    Response gateway =
        new Response.Exposures(
            List.of(
                new Response.ExposureRow(
                    "7h3kq2m9x4", "agent-1", 7500, true, "root", "*", 10_000)));
    assertEquals(
        """
        AGENT    PORT  SPEAKS  TENANT  NAME
        agent-1  7500  fabric  root    *
        """,
        agent.ask(request -> gateway, "expose").out());
  }
}
