package io.nefele.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.Bytes;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import io.nefele.wire.Response.ProcessRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What commands ask of an agent about processes, and what they make of its answer. */
@Timeout(30)
class ProcessAnswersTest {
  @TempDir Path directory = Path.of("");
  private AskedAgent agent = new AskedAgent(directory);

  @BeforeEach
  void started() {
    agent = new AskedAgent(directory);
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
                    AskedAgent.ID,
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
                    "",
                    "",
                    List.of(),
                    "asked",
                    "asked")),
            List.of());
    assertEquals(
        """
        [
         {"id":"7h3kq2m9x4.1.17","name":"web","tenant":"root","command":["sh","-c","\\"x\\""],\
        "state":"exited","exitCode":3,"startedAt":"1970-01-01T00:00:01Z",\
        "stateSince":"1970-01-01T00:00:05Z","ageMillis":40,"cpu":1.5,"memBytes":3145728,\
        "load":0.25,"diskBytes":4096,"cpuLimit":0.5,"memLimitBytes":67108864,\
        "cpuFrom":"asked","memFrom":"history",\
        "outOfMemory":false,"restarts":0,"health":"healthy","labels":["tier=front"],"isolation":"full","group":"g1"},
         {"id":"7h3kq2m9x4.1.17","name":null,"tenant":"root","command":["x"],\
        "state":"requested","exitCode":null,"startedAt":null,\
        "stateSince":"1970-01-01T00:00:05Z","ageMillis":0,"cpu":0.0,"memBytes":0,\
        "load":0,"diskBytes":0,"cpuLimit":2,"memLimitBytes":0,\
        "cpuFrom":"asked","memFrom":"asked",\
        "outOfMemory":false,"restarts":0,"health":null,"labels":[],"isolation":"","group":""}
        ]
        """,
        agent.ask(request -> answer, "ps", "--all-states", "--json").out());
    assertEquals(List.of(new Request.StreamProcesses(true, 2000)), agent.asked);
  }

  @Test
  void subtreesThatDidNotAnswer_areNamedAndGiveExitCode5() throws IOException {
    Ran ran =
        agent.ask(
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
      Ran ran = agent.ask(request -> new Response.Failed(kind, "because"), "spawn", "--", "true");
      assertEquals(kind.exitCode(), ran.exitCode());
      assertEquals("nefele spawn: because\n", ran.err());
      assertEquals("", ran.out());
    }
  }

  @Test
  void spawn_asksForWhatItWasTold() throws IOException {
    agent.environment.put("HOME", "/home/x");
    agent.environment.put("SECRET", "s");
    Ran ran =
        agent.ask(
            request -> new Response.Spawned(List.of(AskedAgent.ID, AskedAgent.ID)),
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
        agent.asked);
    assertEquals("7h3kq2m9x4.1.17\n7h3kq2m9x4.1.17\n", ran.out());
    assertEquals(
        "[\n \"7h3kq2m9x4.1.17\"\n]\n",
        agent
            .ask(
                request -> new Response.Spawned(List.of(AskedAgent.ID)),
                "spawn",
                "--json",
                "--",
                "true")
            .out());
  }

  @Test
  void inspect_ofAnUnknownProcess_fails() throws IOException {
    Ran ran =
        agent.ask(
            request -> new Response.Processes(List.of(), List.of()),
            "inspect",
            AskedAgent.ID.toString());
    assertEquals(1, ran.exitCode());
    assertTrue(ran.err().contains("there is no process " + AskedAgent.ID), ran.err());
  }

  @Test
  void wait_printsHowEachEnded() throws IOException {
    Ran ran =
        agent.ask(
            request ->
                new Response.Processes(
                    List.of(row("exited", Optional.of(3), List.of("x"))), List.of()),
            "wait",
            AskedAgent.ID.toString(),
            AskedAgent.ID.toString());
    assertEquals("7h3kq2m9x4.1.17 exited 3\n".repeat(2), ran.out());
    assertEquals(0, ran.exitCode());
  }

  @Test
  void wait_endsWithExitCode5AtItsTimeout() throws IOException {
    Ran ran =
        agent.ask(
            request -> new Response.Failed(ErrorKind.PARTIAL, "it still runs"),
            "wait",
            "--timeout",
            "0s",
            AskedAgent.ID.toString());
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
    Ran ran = agent.ask(process, "logs", "-f", AskedAgent.ID.toString());
    assertEquals("one\ntwo\n", ran.out());
    assertEquals("oops\n", ran.err());
  }

  private static ProcessRow row(String state, Optional<Integer> exitCode, List<String> command) {
    return new ProcessRow(
        AskedAgent.ID,
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
        "full",
        "healthy",
        List.of("tier=front"),
        "asked",
        "history");
  }
}
