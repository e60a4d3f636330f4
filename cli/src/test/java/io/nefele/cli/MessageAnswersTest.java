package io.nefele.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import io.nefele.wire.Response.MailboxRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What commands ask of an agent about messages, and what they make of its answer. */
@Timeout(30)
class MessageAnswersTest {
  @TempDir Path directory = Path.of("");
  private AskedAgent agent = new AskedAgent(directory);

  @BeforeEach
  void started() {
    agent = new AskedAgent(directory);
  }

  @Test
  void send_takesItsTextFromStandardInput() throws IOException {
    agent.environment.put("NEFELE_ID", AskedAgent.ID.toString());
    Response.Receipt receipt =
        new Response.Receipt(
            List.of(new Response.ReceiptRow(AskedAgent.ID, "group", 80, 90, "")), List.of());
    Ran ran = agent.askWithInput("from afar\n", request -> receipt, "send", "web", "-");
    assertEquals(0, ran.exitCode());
    assertEquals("", ran.out());
    assertEquals(
        List.of(
            new Request.Post(
                Optional.of(AskedAgent.ID.toString()), "web", Bytes.utf8("from afar\n"), 10_000)),
        agent.asked);
  }

  @Test
  void recv_takesOneMessageOfTheProcessThatItRunsIn() throws IOException {
    agent.environment.put("NEFELE_ID", AskedAgent.ID.toString());
    Ran ran = agent.ask(request -> message("hello"), "recv", "--with-sender");
    assertEquals("8h3kq2m9x4.1.1\thello\n", ran.out());
    assertEquals(1, agent.asked.size());
    assertEquals(AskedAgent.ID.toString(), ((Request.Take) agent.asked.getFirst()).as());
  }

  @Test
  void recv_showsWhatIsNotTextAsBase64InJson() throws IOException {
    Bytes binary = Bytes.wrap(new byte[] {(byte) 0xff, 0});
    assertEquals(
        "{\"from\":null,\"to\":\"7h3kq2m9x4.1.17\",\"topic\":null,\"payloadBase64\":\"/wA=\","
            + "\"sentAt\":\"1970-01-01T00:00:01Z\"}\n",
        agent
            .ask(
                request -> new Response.Letter(Optional.empty(), AskedAgent.ID, "", binary, 1000),
                "recv",
                "--as",
                "me",
                "--json")
            .out());
  }

  @Test
  void recv_followsUntilItsTimeout() throws IOException {
    Queue<Response> mailbox = new ArrayDeque<>(List.of(message("one"), message("two")));
    Ran ran =
        agent.ask(
            request ->
                mailbox.isEmpty()
                    ? new Response.Failed(ErrorKind.PARTIAL, "nothing")
                    : mailbox.remove(),
            "recv",
            "--as",
            "me",
            "--follow",
            "--timeout",
            "0s");
    assertEquals("one\ntwo\n", ran.out());
    assertEquals(5, ran.exitCode());
  }

  @Test
  void lookup_ofANameThatNobodyHas_fails() throws IOException {
    assertEquals(
        """
        ID               DISTANCE  RTT
        7h3kq2m9x4.1.17  group     80us
        """,
        agent
            .ask(
                request ->
                    new Response.Mailboxes(List.of(new MailboxRow(AskedAgent.ID, "group", 80))),
                "lookup",
                "web")
            .out());
    Ran nobody = agent.ask(request -> new Response.Mailboxes(List.of()), "lookup", "--json", "web");
    assertEquals("[]\n", nobody.out());
    assertEquals(1, nobody.exitCode());
  }

  private static Response message(String text) {
    return new Response.Letter(
        Optional.of(ProcessId.parse("8h3kq2m9x4.1.1")), AskedAgent.ID, "", Bytes.utf8(text), 1000);
  }
}
