package io.nefele.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.lib.FakeAgent;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import io.nefele.wire.Response.AgentRow;
import io.nefele.wire.Response.GroupRow;
import io.nefele.wire.Response.MailboxRow;
import io.nefele.wire.Response.ProcessRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What commands ask of an agent and what they make of its answer. */
@Timeout(30)
class AnswersTest {
  private static final ProcessId ID = ProcessId.parse("7h3kq2m9x4.1.17");

  @TempDir Path directory = Path.of("");
  private final List<Request> asked = new CopyOnWriteArrayList<>();
  private final Map<String, String> environment = new HashMap<>();

  @Test
  void agents_areATable() throws IOException {
    assertEquals(
        """
        K  ID          NAME     STATE    GROUP  CPU FREE  MEM FREE  RTT    ISOLATION  INC
        1  7h3kq2m9x4  agent-1  alive    g1     0.5/2     512M/4G   self   full       7
        -  8h3kq2m9x4  other    suspect  -      2/2       4G/4G     1.3ms  none       1
        """,
        ask(request -> agents(), "agents").out());
  }

  @Test
  void agents_haveTheirFieldsInJson() throws IOException {
    assertEquals(
        """
        [
         {"k":1,"id":"7h3kq2m9x4","name":"agent-1","state":"alive","group":"g1",\
        "isolation":"full","capacity":{"cpu":2,"memBytes":4294967296},\
        "free":{"cpu":0.5,"memBytes":536870912},"rttMicros":0,"incarnation":7},
         {"k":0,"id":"8h3kq2m9x4","name":"other","state":"suspect","group":"",\
        "isolation":"none","capacity":{"cpu":2,"memBytes":4294967296},\
        "free":{"cpu":2,"memBytes":4294967296},"rttMicros":1300,"incarnation":1}
        ]
        """,
        ask(request -> agents(), "agents", "--json").out());
  }

  @Test
  void status_isAPageOrOneDocument() throws IOException {
    Response.Status status =
        new Response.Status(
            "7h3kq2m9x4",
            "agent-1",
            2,
            61_000,
            "g1",
            3,
            1,
            4,
            new Response.Dropped(5, 6, 7),
            new Response.Messages(10, 1, 2, 3, 4, 5, 6, 7, 3, 1));
    assertEquals(
        """
        agent      7h3kq2m9x4 (agent-1), start 2
        up         1m1s
        group      g1
        sees       3 agents, 1 lost
        processes  4
        sent       10 messages: 1 accepted, 2 refused, 3 unanswered, 4 in flight
        mailboxes  5 messages recovered, 6 stored: 7 delivered, 3 pending, 1 dead-lettered
        dropped    5 malformed datagrams, 6 malformed messages, 7 undeliverable
        """,
        ask(request -> status, "status").out());
    assertEquals(
        """
        {"id":"7h3kq2m9x4","name":"agent-1","epoch":2,"upMillis":61000,"group":"g1",\
        "members":3,"lost":1,"processes":4,"dropped":{"malformedDatagrams":5,\
        "malformedMessages":6,"undeliverable":7},"messages":{"sent":10,"accepted":1,\
        "refused":2,"unanswered":3,"inFlight":4,"recovered":5,"stored":6,"delivered":7,\
        "pending":3,"deadLettered":1}}
        """,
        ask(request -> status, "status", "--json").out());
  }

  @Test
  void groups_areATreeFromTheTopDown() throws IOException {
    List<GroupRow> groups =
        List.of(
            new GroupRow("g1", 0, "7h3kq2m9x4", List.of("7h3kq2m9x4", "9h3kq2m9x4"), 3),
            new GroupRow("g2", 0, "8h3kq2m9x4", List.of("8h3kq2m9x4"), 1),
            new GroupRow("t", 1, "7h3kq2m9x4", List.of("7h3kq2m9x4", "8h3kq2m9x4"), 2));
    Function<Request, Response> fabric =
        request -> request instanceof Request.ListAgents() ? agents() : new Response.Groups(groups);
    assertEquals(
        """
        top group t  level 1, 2 members, led by agent-1, epoch 2
        ├─ group g1  level 0, 2 members, led by agent-1, epoch 3
        │     agent-1, 9h3kq2m9x4
        └─ group g2  level 0, 1 member, led by other, epoch 1
              other
        3 agents, 3 groups, 2 levels
        """,
        ask(fabric, "groups").out());
    assertTrue(
        ask(fabric, "groups", "--json")
            .out()
            .contains(
                "{\"id\":\"g2\",\"level\":0,\"leader\":\"8h3kq2m9x4\","
                    + "\"members\":[\"8h3kq2m9x4\"],\"size\":1,\"epoch\":1}"));
  }

  @Test
  void groupsWithoutACommonTop_areShownAsSuch() {
    List<GroupRow> apart =
        List.of(
            new GroupRow("g1", 0, "a", List.of("a"), 1),
            new GroupRow("g2", 0, "b", List.of("b"), 1));
    assertEquals(
        List.of(
            "no parent known: group g1  level 0, 1 member, led by a, epoch 1",
            "   a",
            "no parent known: group g2  level 0, 1 member, led by b, epoch 1",
            "   b",
            "2 agents, 2 groups, 1 level"),
        GroupTree.lines(apart, List.of()));
  }

  @Test
  void groupsOfAnotherService_areAskedForByItsName() throws IOException {
    ask(request -> new Response.Groups(List.of()), "groups", "--service", "analytics");
    assertEquals(new Request.ListServiceGroups("analytics"), asked.getFirst());
  }

  @Test
  void agentsThatAreAskedAndDoNotAnswer_areNamed() throws IOException {
    Ran ran =
        ask(
            request -> new Response.AgentAnswers(List.of(), List.of("agent agent-2 (b)")),
            "agents",
            "--ask",
            "--timeout",
            "1s");
    assertEquals(new Request.AskAgents("", 1000), asked.getFirst());
    assertEquals(5, ran.exitCode());
    assertTrue(ran.err().contains("agent agent-2 (b)"), ran.err());
  }

  @Test
  void events_areALineEachOrAJsonObject() throws IOException {
    Response.EventRow event =
        new Response.EventRow("b", "agent-2 (b)", 3, 1000, "split", "g", "4 of 9 to h");
    Function<Request, Response> fabric =
        request ->
            request instanceof Request.ListProcessEvents
                ? new Response.ProcessEvents(List.of(), List.of())
                : new Response.Events(List.of(event), List.of());
    assertTrue(ask(fabric, "events").out().endsWith("agent-2 (b) split g: 4 of 9 to h\n"));
    assertEquals(
        "{\"at\":\"1970-01-01T00:00:01Z\",\"agent\":\"b\",\"sequence\":3,\"kind\":\"split\","
            + "\"group\":\"g\",\"why\":\"4 of 9 to h\"}\n",
        ask(fabric, "events", "--json").out());
  }

  @Test
  void processes_areATableOfOneLineEach() {
    List<ProcessRow> rows =
        List.of(
            row("running", Optional.empty(), List.of("sh", "-c", "a\nb")),
            row("exited", Optional.of(3), List.of("true")),
            row("lost", Optional.empty(), List.of("sleep", "9")));
    assertEquals(
        """
        ID               NAME  STATE          STARTED   CPU   TIME  MEM  GROUP  TENANT  NEWS      COMMAND
        7h3kq2m9x4.1.17  web   running        9.0s ago  0.25  1.5s  3M   g1     root    40ms old  sh -c a·b
        7h3kq2m9x4.1.17  web   exited 3       9.0s ago  0.25  1.5s  3M   g1     root    40ms old  true
        7h3kq2m9x4.1.17  web   lost 5.0s ago  9.0s ago  0.25  1.5s  3M   g1     root    40ms old  sleep 9
        """,
        String.join("\n", ProcessTable.of(rows, 10_000).lines()) + "\n");
  }

  @Test
  void processes_haveTheirFieldsInJson_absentOnesAreNull() throws IOException {
    Response answer =
        new Response.Processes(
            List.of(
                row("exited", Optional.of(3), List.of("sh", "-c", "\"x\"")),
                new ProcessRow(
                    ID,
                    Optional.empty(),
                    "root",
                    List.of("x"),
                    "requested",
                    Optional.empty(),
                    0,
                    5000,
                    0,
                    2000,
                    0,
                    "",
                    new Response.Usage(0, 0, 0, 0),
                    false,
                    0,
                    "")),
            List.of());
    assertEquals(
        """
        [
         {"id":"7h3kq2m9x4.1.17","name":"web","tenant":"root","command":["sh","-c","\\"x\\""],\
        "state":"exited","exitCode":3,"startedAt":"1970-01-01T00:00:01Z",\
        "stateSince":"1970-01-01T00:00:05Z","ageMillis":40,"cpu":1.5,"memBytes":3145728,\
        "load":0.25,"diskBytes":4096,"cpuLimit":0.5,"memLimitBytes":67108864,\
        "outOfMemory":false,"restarts":0,"isolation":"full","group":"g1"},
         {"id":"7h3kq2m9x4.1.17","name":null,"tenant":"root","command":["x"],\
        "state":"requested","exitCode":null,"startedAt":null,\
        "stateSince":"1970-01-01T00:00:05Z","ageMillis":0,"cpu":0.0,"memBytes":0,\
        "load":0,"diskBytes":0,"cpuLimit":2,"memLimitBytes":0,\
        "outOfMemory":false,"restarts":0,"isolation":"","group":""}
        ]
        """,
        ask(request -> answer, "ps", "--all-states", "--json").out());
    assertEquals(List.of(new Request.ListProcesses(true, 2000)), asked);
  }

  @Test
  void subtreesThatDidNotAnswer_areNamedAndGiveExitCode5() throws IOException {
    Ran ran =
        ask(
            request -> new Response.Processes(List.of(), List.of("group g7", "group g9")),
            "ps",
            "--json");
    assertEquals(5, ran.exitCode());
    assertEquals("[]\n", ran.out());
    assertEquals(
        "no answer in time from group g7, group g9; what they hold is not shown\n", ran.err());
  }

  @Test
  void refusal_goesToStandardErrorWithItsExitCode() throws IOException {
    for (ErrorKind kind : ErrorKind.values()) {
      Ran ran = ask(request -> new Response.Failed(kind, "because"), "spawn", "--", "true");
      assertEquals(kind.exitCode(), ran.exitCode());
      assertEquals("nefele spawn: because\n", ran.err());
      assertEquals("", ran.out());
    }
  }

  @Test
  void spawn_asksForWhatItWasTold() throws IOException {
    environment.put("HOME", "/home/x");
    environment.put("SECRET", "s");
    Ran ran =
        ask(
            request -> new Response.Spawned(List.of(ID, ID)),
            "spawn -n 2 --name web --cpu 0.5 --mem 64M --env A=1=2 --env HOME --cwd sub/.. sleep -n 5"
                .split(" "));
    assertEquals(
        List.of(
            new Request.Spawn(
                List.of(
                    ProcessSpec.of(List.of("sleep", "-n", "5"))
                        .count(2)
                        .name("web")
                        .cpuMillis(500)
                        .memoryBytes(64 << 20)
                        .environment(List.of("A=1=2", "HOME=/home/x"))
                        .workingDirectory("/here")
                        .build()),
                0)),
        asked);
    assertEquals("7h3kq2m9x4.1.17\n7h3kq2m9x4.1.17\n", ran.out());
    assertEquals(
        "[\n \"7h3kq2m9x4.1.17\"\n]\n",
        ask(request -> new Response.Spawned(List.of(ID)), "spawn", "--json", "--", "true").out());
  }

  @Test
  void inspect_ofAnUnknownProcess_fails() throws IOException {
    Ran ran =
        ask(request -> new Response.Processes(List.of(), List.of()), "inspect", ID.toString());
    assertEquals(1, ran.exitCode());
    assertTrue(ran.err().contains("there is no process " + ID), ran.err());
  }

  @Test
  void wait_printsHowEachEnded() throws IOException {
    Ran ran =
        ask(
            request ->
                new Response.Processes(
                    List.of(row("exited", Optional.of(3), List.of("x"))), List.of()),
            "wait",
            ID.toString(),
            ID.toString());
    assertEquals("7h3kq2m9x4.1.17 exited 3\n".repeat(2), ran.out());
    assertEquals(0, ran.exitCode());
  }

  @Test
  void wait_endsWithExitCode5AtItsTimeout() throws IOException {
    Ran ran =
        ask(
            request -> new Response.Failed(ErrorKind.PARTIAL, "it still runs"),
            "wait",
            "--timeout",
            "0s",
            ID.toString());
    assertEquals(5, ran.exitCode());
    assertEquals("nefele wait: it still runs\n", ran.err());
  }

  @Test
  void logs_keepTheTwoStreamsApart_andFollowUntilTheEnd() throws IOException {
    Queue<Response> output =
        new ArrayDeque<>(
            List.of(
                new Response.Output(Bytes.utf8("one\n"), 4, false),
                new Response.Output(Bytes.EMPTY, 4, false)));
    Queue<Response> followed =
        new ArrayDeque<>(
            List.of(
                new Response.Output(Bytes.utf8("two\n"), 8, true),
                new Response.Output(Bytes.EMPTY, 8, true)));
    Response.Output silence = new Response.Output(Bytes.EMPTY, 5, true);
    Function<Request, Response> process =
        request ->
            switch (request) {
              case Request.ReadLog read when !read.standardError() -> output.remove();
              case Request.ReadLog read when read.offset() == 0 ->
                  new Response.Output(Bytes.utf8("oops\n"), 5, true);
              case Request.FollowLog follow when !follow.standardError() -> followed.remove();
              default -> silence;
            };
    Ran ran = ask(process, "logs", "-f", ID.toString());
    assertEquals("one\ntwo\n", ran.out());
    assertEquals("oops\n", ran.err());
  }

  @Test
  void send_takesItsTextFromStandardInput() throws IOException {
    environment.put("NEFELE_ID", ID.toString());
    Response.Receipt receipt =
        new Response.Receipt(List.of(new Response.ReceiptRow(ID, "group", 80, 90, "")), List.of());
    Ran ran = askWithInput("from afar\n", request -> receipt, "send", "web", "-");
    assertEquals(0, ran.exitCode());
    assertEquals("", ran.out());
    assertEquals(
        List.of(
            new Request.Post(Optional.of(ID.toString()), "web", Bytes.utf8("from afar\n"), 10_000)),
        asked);
  }

  @Test
  void recv_takesOneMessageOfTheProcessThatItRunsIn() throws IOException {
    environment.put("NEFELE_ID", ID.toString());
    Ran ran = ask(request -> message("hello"), "recv", "--with-sender");
    assertEquals("8h3kq2m9x4.1.1\thello\n", ran.out());
    assertEquals(1, asked.size());
    assertEquals(ID.toString(), ((Request.Take) asked.getFirst()).as());
  }

  @Test
  void recv_showsWhatIsNotTextAsBase64InJson() throws IOException {
    Bytes binary = Bytes.wrap(new byte[] {(byte) 0xff, 0});
    assertEquals(
        "{\"from\":null,\"to\":\"7h3kq2m9x4.1.17\",\"topic\":null,\"payloadBase64\":\"/wA=\","
            + "\"sentAt\":\"1970-01-01T00:00:01Z\"}\n",
        ask(
                request -> new Response.Letter(Optional.empty(), ID, "", binary, 1000),
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
        ask(
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
        ask(
                request -> new Response.Mailboxes(List.of(new MailboxRow(ID, "group", 80))),
                "lookup",
                "web")
            .out());
    Ran nobody = ask(request -> new Response.Mailboxes(List.of()), "lookup", "--json", "web");
    assertEquals("[]\n", nobody.out());
    assertEquals(1, nobody.exitCode());
  }

  private Ran ask(Function<Request, Response> answers, String... args) throws IOException {
    return askWithInput("", answers, args);
  }

  private Ran askWithInput(String input, Function<Request, Response> answers, String... args)
      throws IOException {
    asked.clear();
    Path socket = directory.resolve("agent" + System.nanoTime());
    environment.put("NEFELE_SOCKET", socket.toString());
    try (FakeAgent agent =
        FakeAgent.answering(
            socket,
            request -> {
              asked.add(request);
              return answers.apply(request);
            })) {
      return Ran.command(environment, input, args);
    }
  }

  private static Response message(String text) {
    return new Response.Letter(
        Optional.of(ProcessId.parse("8h3kq2m9x4.1.1")), ID, "", Bytes.utf8(text), 1000);
  }

  private static Response agents() {
    return new Response.Agents(
        List.of(
            new AgentRow(
                1,
                "7h3kq2m9x4",
                "agent-1",
                "alive",
                "g1",
                "full",
                2000,
                4L << 30,
                500,
                512 << 20,
                0,
                7),
            new AgentRow(
                0,
                "8h3kq2m9x4",
                "other",
                "suspect",
                "",
                "none",
                2000,
                4L << 30,
                2000,
                4L << 30,
                1300,
                1)));
  }

  private static ProcessRow row(String state, Optional<Integer> exitCode, List<String> command) {
    return new ProcessRow(
        ID,
        Optional.of("web"),
        "root",
        command,
        state,
        exitCode,
        1000,
        5000,
        40,
        500,
        64 << 20,
        "g1",
        new Response.Usage(1_500_000, 250, 3 << 20, 4096),
        false,
        0,
        "full");
  }
}
