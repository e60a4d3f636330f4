package io.nefele.lib.async;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.lib.FakeAgent;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class AsyncNefeleTest {
  private static final ProcessId ID = ProcessId.parse("7h3kq2m9x4.1.1");

  @TempDir Path directory = Path.of("");

  @Test
  void futures_endWithTheAnswer_orWithWhatTheCallThrows() throws Exception {
    try (FakeAgent agent = FakeAgent.answering(directory.resolve("s"), this::answer);
        Nefele nefele = Nefele.connect(directory.resolve("s"))) {
      AsyncNefele async = new AsyncNefele(nefele);
      CompletableFuture<Response.Reply> well =
          async.call("web", Bytes.utf8("question"), Duration.ofSeconds(5));
      CompletableFuture<Response.Reply> failing =
          async.call("nobody", Bytes.utf8("question"), Duration.ofSeconds(5));

      assertEquals("answer to question", well.join().payload().utf8());
      CompletionException failed = assertThrows(CompletionException.class, failing::join);
      assertEquals(
          ErrorKind.FAILED, assertInstanceOf(NefeleException.class, failed.getCause()).kind());
    }
  }

  private Response answer(Request request) {
    Request.Call call = assertInstanceOf(Request.Call.class, request);
    return call.to().equals("web")
        ? new Response.Reply(
            ID, Bytes.utf8("answer to " + call.payload().utf8()), "", 0, 0, List.of())
        : new Response.Failed(ErrorKind.FAILED, "nobody has the name " + call.to());
  }
}
