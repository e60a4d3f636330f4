package io.nefele.clients;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nefele.lib.FakeAgent;
import io.nefele.wire.Request;
import io.nefele.wire.RequestCodec;
import io.nefele.wire.Response;
import io.nefele.wire.ResponseCodec;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All clients ask with the same bytes, and read the same in the answers. */
@Timeout(60)
class VectorsTest {
  private static final Path ROOT = Path.of("").toAbsolutePath();
  private static final List<Exchange> EXCHANGES = Exchange.all();

  @TempDir Path directory = Path.of("");

  @Test
  void theVectorsAreWhatTheCodecWrites() throws IOException {
    String expected =
        IntStream.range(0, EXCHANGES.size())
            .mapToObj(i -> vector(i + 1, EXCHANGES.get(i)))
            .collect(joining());
    assertEquals(
        expected,
        Files.readString(ROOT.resolve("vectors.txt")).replaceAll("(?m)^#.*\\n", ""),
        "vectors.txt");
  }

  @Test
  void theClientForC_asksAndReadsWhatTheVectorsSay() throws Exception {
    assertKeepsToTheVectors(Map.of(), ROOT.resolve("target/test-programs/exchange").toString());
  }

  @Test
  void theClientForC_leaksNothingAndTouchesNoMemoryThatIsNotItsOwn() throws Exception {
    assertKeepsToTheVectors(
        Map.of(),
        "valgrind",
        "--quiet",
        "--leak-check=full",
        "--show-leak-kinds=all",
        "--errors-for-leak-kinds=all",
        "--error-exitcode=9",
        ROOT.resolve("target/test-programs/exchange-as-shipped").toString());
  }

  @Test
  void theClientForPython_asksAndReadsWhatTheVectorsSay() throws Exception {
    assertKeepsToTheVectors(
        Map.of("PYTHONPATH", ROOT.resolve("python").toString(), "PYTHONDONTWRITEBYTECODE", "1"),
        "python3",
        ROOT.resolve("python/test/exchange.py").toString());
  }

  private void assertKeepsToTheVectors(Map<String, String> environment, String... program)
      throws IOException, InterruptedException {
    List<Request> asked = new CopyOnWriteArrayList<>();
    Iterator<Exchange> exchanges = EXCHANGES.iterator();
    Path socket = directory.resolve("agent");
    File out = directory.resolve("out").toFile();
    try (FakeAgent agent =
        FakeAgent.answering(
            socket,
            request -> {
              asked.add(request);
              return exchanges.next().response();
            })) {
      ProcessBuilder builder = new ProcessBuilder(program);
      builder.command().add(socket.toString());
      builder.environment().putAll(environment);
      Process process = builder.redirectErrorStream(true).redirectOutput(out).start();
      boolean ended = process.waitFor(50, TimeUnit.SECONDS);
      process.destroyForcibly();
      String printed = Files.readString(out.toPath());
      assertEquals(Files.readString(ROOT.resolve("transcript.txt")), printed);
      assertEquals(0, ended ? process.exitValue() : -1, printed);
    }
    assertEquals(EXCHANGES.stream().map(Exchange::request).toList(), asked);
  }

  private static String vector(int number, Exchange exchange) {
    Request request = exchange.request();
    Response response = exchange.response();
    return exchange.name()
        + " "
        + hex(RequestCodec.toFrame(number, request).toBuffer())
        + " "
        + hex(ResponseCodec.toFrame(number, response).toBuffer())
        + "\n";
  }

  private static String hex(ByteBuffer bytes) {
    byte[] content = new byte[bytes.remaining()];
    bytes.get(content);
    return HexFormat.of().formatHex(content);
  }
}
