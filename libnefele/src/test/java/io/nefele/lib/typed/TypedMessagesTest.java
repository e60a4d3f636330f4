package io.nefele.lib.typed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.lib.FakeAgent;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class TypedMessagesTest {
  private static final ProcessId ID = ProcessId.parse("7h3kq2m9x4.1.1");
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final MessageCodec<Integer> NUMBER =
      MessageCodec.of(
          number -> Bytes.utf8(Integer.toString(number)), bytes -> Integer.valueOf(bytes.utf8()));

  @TempDir Path directory = Path.of("");
  private final BlockingQueue<Request> asked = new LinkedBlockingQueue<>();

  @Test
  void whatIsSentAndComesBack_isOfTheTypesOfTheCodecs() throws Exception {
    try (FakeAgent agent = FakeAgent.answering(directory.resolve("s"), this::answer);
        Nefele nefele = Nefele.connect(directory.resolve("s"))) {
      TypedMessages<Integer, String> messages =
          new TypedMessages<>(nefele, NUMBER, MessageCodec.TEXT);

      assertEquals("not a number", messages.call("web", 7, SOON));
      assertEquals("7", ((Request.Call) asked.take()).payload().utf8());
      TypedMessages.Taken<Integer> taken = messages.take("me", SOON).orElseThrow();
      assertEquals(42, taken.message());
      asked.take();
      messages.answer("me", taken, "well", SOON);
      Request.Post answer = (Request.Post) asked.take();
      assertEquals(ID.toString(), answer.to());
      assertEquals("well", answer.payload().utf8());
    }
  }

  @Test
  void whatCannotBeRead_isNamedWithItsSender() throws Exception {
    try (FakeAgent agent = FakeAgent.answering(directory.resolve("s"), this::answer);
        Nefele nefele = Nefele.connect(directory.resolve("s"))) {
      TypedMessages<Integer, Integer> messages = new TypedMessages<>(nefele, NUMBER, NUMBER);

      NefeleException e = assertThrows(NefeleException.class, () -> messages.call("web", 7, SOON));

      assertEquals(
          "the answer of "
              + ID
              + " is none of the expected type: For input string: \"not a number\"",
          e.getMessage());
    }
  }

  private Response answer(Request request) {
    asked.add(request);
    return switch (request) {
      case Request.Call call ->
          new Response.Reply(ID, Bytes.utf8("not a number"), "", 0, 0, List.of());
      case Request.Take take -> new Response.Letter(Optional.of(ID), ID, "", Bytes.utf8("42"), 0);
      default -> new Response.Receipt(List.of(), List.of());
    };
  }
}
