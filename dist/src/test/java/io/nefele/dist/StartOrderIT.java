package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Processes that start after others, and checks of ports and mailboxes, on real agents. */
@Timeout(120)
class StartOrderIT {
  /** Takes connections once it has got a message. */
  private static final String LISTENS =
      """
      import nefele, socket, time
      with nefele.connect() as fabric, fabric.mailbox() as mailbox:
          next(iter(mailbox))
          port = socket.create_server(("127.0.0.1", 5432))
          time.sleep(300)
      """;

  /** Answers calls. */
  private static final String ANSWERS =
      """
      import nefele
      with nefele.connect() as fabric, fabric.mailbox() as mailbox:
          for message in mailbox:
              fabric.send(message.from_, b"well")
      """;

  @TempDir Path directory = Path.of("");
  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();
  private final Installed nefele = FABRIC.nefele();

  @Test
  void processesOfASpec_startWhenThoseBeforeThemTakeConnections_onWhicheverAgent()
      throws IOException {
    List<String> ids =
        spawn(
            """
            processes:
              - name: order/db
                command: [python3, DIRECTORY/listens.py]
                env: {PYTHONPATH: LIBRARY}
                health-check: {port: 5432, interval: 50ms, retries: 10000}
              - name: order/web
                count: 3
                command: [sleep, 300]
                after: order/db
                spread: server
              - name: order/front
                command: [sleep, 300]
                after: [order/web, order/db]
            """);
    for (String id : ids.subList(1, 5)) {
      assertTrue(inspected(id).matches("(?s).*starting.*waiting.*"), () -> inspected(id));
    }

    nefele.lines("send", "order/db", "open");

    for (String id : ids) {
      awaitInspected(id, " running");
    }
    assertTrue(inspected(ids.getFirst()).contains("healthy"), () -> inspected(ids.getFirst()));
  }

  @Test
  void processIsWell_ifItAnswersCalls_andIsEndedIfItDoesNot() throws IOException {
    List<String> ids =
        spawn(
            """
            processes:
              - name: order/answers
                command: [python3, DIRECTORY/answers.py]
                env: {PYTHONPATH: LIBRARY}
                health-check: {call: how are you, interval: 50ms, retries: 10000}
              - name: order/silent
                command: [sleep, 300]
                after: order/answers
                health-check: {call: how are you, interval: 50ms, timeout: 200ms, retries: 2}
            """);

    assertEquals(List.of(ids.getLast() + " exited 143"), nefele.lines("wait", ids.getLast()));
    assertTrue(inspected(ids.getLast()).contains("unhealthy"), () -> inspected(ids.getLast()));
    awaitInspected(ids.getFirst(), " healthy");
  }

  @Test
  void processThatWaits_outlivesItsAgent_andIsEndedBeforeItsFirstInstructionWhenItIsKilled() {
    String id =
        nefele
            .lines("spawn", "--after", "order/nobody", "--at", "3", "--", "echo", "never")
            .getFirst();

    nefele.lines("agent", "kill9", Integer.toString(FABRIC.numberOf(id)));
    nefele.lines("up", "3");
    awaitInspected(id, " waiting for order/nobody");

    nefele.lines("kill", id);

    assertEquals(List.of(id + " exited 137"), nefele.lines("wait", id));
    assertEquals(List.of(), nefele.lines("logs", id));
  }

  private List<String> spawn(String spec) throws IOException {
    Files.writeString(directory.resolve("listens.py"), LISTENS);
    Files.writeString(directory.resolve("answers.py"), ANSWERS);
    Path file = directory.resolve("spec.yaml");
    Files.writeString(
        file,
        spec.replace("DIRECTORY", directory.toString())
            .replace("LIBRARY", nefele.root().resolve("lib/python").toString()));
    return nefele.shell("cd " + directory + " && nefele spawn -f " + file).lines();
  }

  private void awaitInspected(String id, String words) {
    nefele.shell("until nefele inspect " + id + " | grep '" + words + "'; do :; done");
  }

  private String inspected(String id) {
    return nefele.shell("nefele inspect " + id).out();
  }
}
