package io.nefele.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.wire.Request;
import io.nefele.wire.Response;
import io.nefele.wire.Response.AgentRow;
import io.nefele.wire.Response.GroupRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What commands ask of an agent about the fabric, and what they make of its answer. */
@Timeout(30)
class FabricAnswersTest {
  @TempDir Path directory = Path.of("");
  private AskedAgent agent = new AskedAgent(directory);

  @BeforeEach
  void started() {
    agent = new AskedAgent(directory);
  }

  @Test
  void agents_areATable() throws IOException {
    assertEquals(
        """
        K  ID          NAME     STATE    GROUP  CPU FREE  MEM FREE  RTT    ISOLATION  INC
        1  7h3kq2m9x4  agent-1  alive    g1     0.5/2     512M/4G   self   full       7
        -  8h3kq2m9x4  other    suspect  -      2/2       4G/4G     1.3ms  none       1
        """,
        agent.ask(request -> agents(), "agents").out());
  }

  @Test
  void agents_haveTheirFieldsInJson() throws IOException {
    assertEquals(
        """
        [
         {"k":1,"id":"7h3kq2m9x4","name":"agent-1","state":"alive","group":"g1",\
        "isolation":"full","capacity":{"cpu":2,"memBytes":4294967296},\
        "free":{"cpu":0.5,"memBytes":536870912},"rttMicros":0,"incarnation":7,"drained":false},
         {"k":0,"id":"8h3kq2m9x4","name":"other","state":"suspect","group":"",\
        "isolation":"none","capacity":{"cpu":2,"memBytes":4294967296},\
        "free":{"cpu":2,"memBytes":4294967296},"rttMicros":1300,"incarnation":1,"drained":false}
        ]
        """,
        agent.ask(request -> agents(), "agents", "--json").out());
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
        agent.ask(request -> status, "status").out());
    assertEquals(
        """
        {"id":"7h3kq2m9x4","name":"agent-1","epoch":2,"upMillis":61000,"group":"g1",\
        "members":3,"lost":1,"processes":4,"dropped":{"malformedDatagrams":5,\
        "malformedMessages":6,"undeliverable":7},"messages":{"sent":10,"accepted":1,\
        "refused":2,"unanswered":3,"inFlight":4,"recovered":5,"stored":6,"delivered":7,\
        "pending":3,"deadLettered":1}}
        """,
        agent.ask(request -> status, "status", "--json").out());
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
        agent.ask(fabric, "groups").out());
    assertTrue(
        agent
            .ask(fabric, "groups", "--json")
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
    agent.ask(request -> new Response.Groups(List.of()), "groups", "--service", "analytics");
    assertEquals(new Request.ListServiceGroups("analytics"), agent.asked.getFirst());
  }

  @Test
  void agentsThatAreAskedAndDoNotAnswer_areNamed() throws IOException {
    Ran ran =
        agent.ask(
            request -> new Response.AgentAnswers(List.of(), List.of("agent agent-2 (b)")),
            "agents",
            "--ask",
            "--timeout",
            "1s");
    assertEquals(new Request.AskAgents("", 1000), agent.asked.getFirst());
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
    assertTrue(agent.ask(fabric, "events").out().endsWith("agent-2 (b) split g: 4 of 9 to h\n"));
    assertEquals(
        "{\"at\":\"1970-01-01T00:00:01Z\",\"agent\":\"b\",\"sequence\":3,\"kind\":\"split\","
            + "\"group\":\"g\",\"why\":\"4 of 9 to h\"}\n",
        agent.ask(fabric, "events", "--json").out());
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
                7,
                false),
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
                1,
                false)));
  }
}
